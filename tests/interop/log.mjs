// Verifies a published log and its proofs from the C2SP texts and RFC 9162, with nothing of Sarbon's:
// Ed25519 and SHA-256 by Node, ML-DSA-44 by the package `@noble/post-quantum`.
//
//   node log.mjs VECTORS

import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ml_dsa44 as mldsa44 } from '@noble/post-quantum/ml-dsa.js'

const vectors = process.argv[2]
const read = (name) => JSON.parse(readFileSync(join(vectors, `${name}.json`), 'utf8'))
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()
const leafHash = (entry) => sha256(Buffer.from([0]), Buffer.from(entry, 'utf8'))
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right)

function need(condition, fact) {
  if (!condition) throw new Error(fact)
}

function unB64(text) {
  const data = Buffer.from(text, 'base64')
  need(data.toString('base64') === text, 'not canonical base64')
  return data
}

function u64(number) {
  const data = Buffer.alloc(8)
  data.writeBigUInt64BE(BigInt(number))
  return data
}

function readVerifierKey(text) {
  const [name, id, ...rest] = text.split('+')
  const typed = unB64(rest.join('+'))
  const expected = sha256(Buffer.from(`${name}\n`, 'utf8'), typed).subarray(0, 4).toString('hex')
  need(expected === id, 'key id')
  return { name, id, type: typed[0], raw: typed.subarray(1) }
}

function readNote(raw) {
  const at = raw.lastIndexOf('\n\n')
  need(at > 0 && raw.endsWith('\n'), 'not a note')
  const lines = raw.slice(at + 2, -1).split('\n').map((line) => {
    const [dash, name, signature, ...rest] = line.split(' ')
    need(dash === '\u2014' && rest.length === 0, 'signature line')
    const data = unB64(signature)
    return { name, id: data.subarray(0, 4).toString('hex'), signature: data.subarray(4) }
  })
  return { text: raw.slice(0, at + 1), lines }
}

function readCheckpoint(text) {
  const [origin, size, root, ...rest] = text.split('\n')
  need(rest.length === 1 && rest[0] === '' && /^(0|[1-9][0-9]*)$/.test(size), 'checkpoint')
  return { origin, size: Number(size), root: unB64(root) }
}

function checkSignature(note, key) {
  const line = note.lines.find((one) => one.name === key.name && one.id === key.id)
  need(line, `no signature by ${key.name}`)
  if (key.type === 1) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.raw.toString('base64url') }
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    need(verify(null, Buffer.from(note.text, 'utf8'), publicKey, line.signature), 'Ed25519')
    return
  }
  need(key.type === 6, 'signature type')
  const { origin, size, root } = readCheckpoint(note.text)
  const [cosigner, log] = [Buffer.from(key.name, 'utf8'), Buffer.from(origin, 'utf8')]
  const message = Buffer.concat([
    Buffer.from('subtree/v1\n\0', 'latin1'),
    Buffer.from([cosigner.length]),
    cosigner,
    line.signature.subarray(0, 8),
    Buffer.from([log.length]),
    log,
    u64(0),
    u64(size),
    root,
  ])
  need(mldsa44.verify(line.signature.subarray(8), message, key.raw), 'ML-DSA-44')
}

function verifyCheckpoint(raw, keys) {
  const note = readNote(raw)
  const checkpoint = readCheckpoint(note.text)
  need(checkpoint.origin === keys[0].name, 'origin')
  for (const key of keys) checkSignature(note, key)
  return checkpoint
}

function split(size) {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

function headOf(leaves) {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0]
  const middle = split(leaves.length)
  return nodeHash(headOf(leaves.slice(0, middle)), headOf(leaves.slice(middle)))
}

// RFC 6962 §2.1.1, read backwards: the last hash of a path is the other half of the tree.
function headFromLeaf(leaf, index, size, path) {
  need(index < size, 'index')
  if (size === 1) {
    need(path.length === 0, 'path too long')
    return leaf
  }
  need(path.length > 0, 'path too short')
  const [rest, other, middle] = [path.slice(0, -1), path.at(-1), split(size)]
  return index < middle
    ? nodeHash(headFromLeaf(leaf, index, middle, rest), other)
    : nodeHash(other, headFromLeaf(leaf, index - middle, size - middle, rest))
}

// RFC 6962 §2.1.2, read backwards: both heads at once.
function headsFromPath(old, size, path, oldHead, whole) {
  if (old === size) {
    need(path.length === (whole ? 0 : 1), 'path length')
    return whole ? [oldHead, oldHead] : [path[0], path[0]]
  }
  need(old > 0 && old < size && path.length > 0, 'sizes or path')
  const [rest, other, middle] = [path.slice(0, -1), path.at(-1), split(size)]
  if (old <= middle) {
    const [before, after] = headsFromPath(old, middle, rest, oldHead, whole)
    return [before, nodeHash(after, other)]
  }
  const [before, after] = headsFromPath(old - middle, size - middle, rest, oldHead, false)
  return [nodeHash(other, before), nodeHash(other, after)]
}

function checkInclusion(leaf, row, head) {
  const computed = headFromLeaf(leaf, row.index, row.size, row.path.map(unB64))
  need(computed.equals(head), 'head')
}

function checkConsistency(row, heads) {
  const [oldHead, newHead] = [heads(row.old), heads(row.new)]
  const [before, after] = headsFromPath(row.old, row.new, row.path.map(unB64), oldHead, true)
  need(before.equals(oldHead) && after.equals(newHead), 'heads')
}

function verifyProof(text, entry, keys) {
  const at = text.indexOf('\n\n')
  const lines = text.slice(0, at).split('\n')
  need(lines.shift() === 'c2sp.org/tlog-proof@v1', 'first line')
  if (lines[0].startsWith('extra ')) lines.shift()
  const index = Number(/^index (0|[1-9][0-9]*)$/.exec(lines.shift())[1])
  const checkpoint = verifyCheckpoint(text.slice(at + 2), keys)
  checkInclusion(leafHash(entry(index)), { index, size: checkpoint.size, path: lines }, checkpoint.root)
  return index
}

function refused(attempt) {
  try {
    attempt()
  } catch {
    return true
  }
  return false
}

const log = read('log')
const keys = log.log.map(readVerifierKey)
const witnesses = log.witnesses.map(readVerifierKey)
const leaves = log.entries.map(leafHash)
const heads = (size) => headOf(leaves.slice(0, size))

const sizes = log.checkpoints.map((row) => {
  const { size, root } = verifyCheckpoint(row.note, keys)
  need(size === row.size && root.equals(heads(size)), 'root')
  return size
})
const last = readNote(log.checkpoints.at(-1).note)
for (const witness of witnesses) checkSignature(last, witness)

for (const row of log.inclusion) checkInclusion(leaves[row.index], row, heads(row.size))
for (const row of log.consistency) checkConsistency(row, heads)
const proved = log.proofs.map((text) => verifyProof(text, (index) => log.entries[index], keys))

const badInclusion = log.bad_inclusion.filter((row) =>
  refused(() => checkInclusion(leaves[row.size < 2 ? 0 : 100], row, heads(row.size))),
)
const badConsistency = log.bad_consistency.filter((row) => refused(() => checkConsistency(row, heads)))
const forgedNote = log.checkpoints[0].note.replace('\n1\n', '\n2\n')

const fork = read('fork')
const [one, other] = fork.heads.map((note) => verifyCheckpoint(note, fork.log.map(readVerifierKey)))

console.log(
  JSON.stringify({
    sizes,
    proved,
    witnesses: witnesses.length,
    inclusion: log.inclusion.length,
    consistency: log.consistency.length,
    badInclusion: badInclusion.length,
    badConsistency: badConsistency.length,
    forgedRefused: refused(() => verifyCheckpoint(forgedNote, keys)),
    forked: one.size === other.size && !one.root.equals(other.root),
  }),
)
