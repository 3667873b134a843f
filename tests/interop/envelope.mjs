// Reads Sarbon's envelopes and bundles from their published description, with nothing of Sarbon's:
// HPKE by the package `hpke`, everything else by Node. Prints what it opened and what it refused.
//
//   node envelope.mjs VECTORS

import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as HPKE from 'hpke'

const vectors = process.argv[2]
const suite = new HPKE.CipherSuite(
  HPKE.KEM_MLKEM768_X25519, // 0x647a
  HPKE.KDF_SHAKE256, // 0x0011
  HPKE.AEAD_AES_256_GCM, // 0x0002
)

const read = (name) => JSON.parse(readFileSync(join(vectors, `${name}.json`), 'utf8'))
const sha256 = (data) => createHash('sha256').update(data).digest()
const b64u = (data) => Buffer.from(data).toString('base64url')
const utf8 = (text) => Buffer.from(text, 'utf8')

function need(condition, fact) {
  if (!condition) throw new Error(fact)
}

function unB64u(text, size) {
  need(typeof text === 'string', 'not a string')
  const data = Buffer.from(text, 'base64url')
  need(b64u(data) === text, 'not canonical base64url')
  need(size === undefined || data.length === size, 'of another size')
  return data
}

function lengthPrefixed(...parts) {
  return Buffer.concat(
    parts.flatMap((part) => {
      const data = typeof part === 'string' ? utf8(part) : part
      const size = Buffer.alloc(4)
      size.writeUInt32BE(data.length)
      return [size, data]
    }),
  )
}

const keyId = (raw) => sha256(utf8(`{"alg":"HPKE-9-KE","kty":"AKP","pub":"${b64u(raw)}"}`))

const sameMembers = (value, ...names) =>
  value !== null &&
  typeof value === 'object' &&
  !Array.isArray(value) &&
  Object.keys(value).sort().join() === names.sort().join()

async function open(jwe, expected, position, authority, key) {
  need(sameMembers(jwe, 'protected', 'aad', 'iv', 'ciphertext', 'tag', 'recipients'), 'members')
  const header = '{"cty":"sarbon-document","enc":"A256GCM","typ":"sarbon+jwe"}'
  need(jwe.protected === b64u(utf8(header)), 'protected header')
  need(Array.isArray(jwe.recipients), 'recipients')
  need(jwe.recipients.length >= 1 && jwe.recipients.length <= 64, 'number of recipients')
  const context = lengthPrefixed('sarbon/1', expected.suite, expected.id, expected.from)
  need(jwe.aad === b64u(context), 'aad')
  const [iv, tag, text] = [unB64u(jwe.iv, 12), unB64u(jwe.tag, 16), unB64u(jwe.ciphertext)]
  const digest = sha256(lengthPrefixed(jwe.protected, jwe.aad, iv, Buffer.concat([text, tag])))
  need(b64u(digest) === expected.digest, 'digest of the JWE')

  const wraps = jwe.recipients.map((row) => {
    need(sameMembers(row, 'header', 'encrypted_key'), 'members of a recipient')
    need(sameMembers(row.header, 'alg', 'kid', 'ek'), 'members of a header')
    need(row.header.alg === 'HPKE-9-KE', 'alg')
    return { ek: unB64u(row.header.ek, 1120), key: unB64u(row.encrypted_key, 48), kid: row.header.kid }
  })
  const hashes = wraps.map((wrap) => b64u(sha256(Buffer.concat([wrap.ek, wrap.key]))))
  need(hashes.join() === expected.wraps.join(), 'digests of the wraps')

  const mine = wraps[position]
  need(mine.kid === key.kid, 'kid')
  const info = Buffer.concat([
    utf8('JOSE-HPKE rcpt'),
    Buffer.from([0xff]),
    utf8('A256GCM'),
    Buffer.from([0xff]),
    context,
    lengthPrefixed(authority, mine.kid),
  ])
  const contentKey = await suite.Open(key.secret, mine.ek, mine.key, { info })
  const cipher = createDecipheriv('aes-256-gcm', contentKey, iv)
  cipher.setAAD(Buffer.from(`${jwe.protected}.${jwe.aad}`, 'ascii'))
  cipher.setAuthTag(tag)
  const inner = Buffer.concat([cipher.update(text), cipher.final()])

  need(inner.length >= 36 && inner.length % 256 === 0, 'length inside')
  const end = 36 + inner.readUInt32BE(32)
  need(end <= inner.length && inner.length - end < 256, 'padding')
  need(inner.subarray(end).every((byte) => byte === 0), 'padding is not zero')
  const [salt, document] = [inner.subarray(0, 32), inner.subarray(36, end)]
  const message = Buffer.concat([lengthPrefixed('sarbon commit'), context, document])
  const commit = createHmac('sha256', salt).update(message).digest()
  need(b64u(commit) === expected.commit, 'commitment')
  return { document: document.toString('hex'), salt: salt.toString('hex') }
}

function expectedBy(manifest) {
  return {
    suite: manifest.suite,
    id: manifest.id,
    from: manifest.from,
    digest: manifest.body.jwe,
    wraps: manifest.to.map((row) => row.wrap),
    commit: manifest.body.commit,
  }
}

async function openBundle(sealed, receiver, key) {
  need(sealed.subarray(0, 4).toString() === 'SBN1', 'magic')
  need(sealed.subarray(4, 36).equals(Buffer.from(key.kid, 'base64url')), 'key id')
  const info = lengthPrefixed('sarbon bundle/1', receiver, key.kid)
  const [ek, text] = [sealed.subarray(36, 1156), sealed.subarray(1156)]
  const padded = Buffer.from(await suite.Open(key.secret, ek, text, { info }))
  const end = 4 + padded.readUInt32BE(0)
  need(end <= padded.length && padded.subarray(end).every((byte) => byte === 0), 'padding')
  return padded.subarray(4, end).toString('utf8')
}

async function readKeys() {
  const keys = {}
  for (const row of read('keys')) {
    const raw = Buffer.from(row.encryption.public, 'hex')
    const secret = await suite.DeserializePrivateKey(Buffer.from(row.seeds.encryption, 'hex'), true)
    const [kid, pub] = [b64u(keyId(raw)), await suite.DeserializePublicKey(raw)]
    need(kid === row.encryption.kid, 'kid of a key')
    keys[row.authority] = { kid, secret, pub }
  }
  return keys
}

async function refusals(rows, attempt) {
  const facts = []
  for (const row of rows) {
    const fact = await attempt(row).then(
      () => null,
      (error) => error.message || error.name,
    )
    facts.push({ changed: row.changed, fact })
  }
  return facts
}

const keys = await readKeys()
const opened = []
for (const row of read('envelopes')) {
  const expected = expectedBy(JSON.parse(row.manifest))
  for (const [position, authority] of row.to.entries()) {
    const key = keys[authority] ?? keys['UZ-CC']
    opened.push({ name: row.name, authority, ...(await open(row.jwe, expected, position, authority, key)) })
  }
}

const bundles = []
for (const row of read('bundles').good) {
  const sealed = Buffer.from(row.sealed, 'base64')
  bundles.push(await openBundle(sealed, row.receiver, keys[row.receiver]))
}

const refused = await refusals(read('bad-envelopes'), (row) =>
  open(row.jwe, row.expected, row.position, row.authority, keys[row.key]),
)
const refusedBundles = await refusals(read('bundles').bad, async (row) =>
  openBundle(Buffer.from(row.sealed, 'base64'), row.receiver, keys[row.receiver]),
)

// And the other way round: a seal made here, for Sarbon to open.
const info = utf8('sealed elsewhere')
const made = await suite.Seal(keys['TM-SCS'].pub, utf8('greetings'), { info })
const sealed = Buffer.concat([made.encapsulatedSecret, made.ciphertext]).toString('hex')

console.log(JSON.stringify({ opened, bundles, refused, refusedBundles, sealed }))
