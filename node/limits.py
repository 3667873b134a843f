"""Every limit of the protocol, named once, with its unit and its source.

Responsible for numbers that two parts of the program, or two authorities, must agree on.
Must not hold tuning values of one module (those live beside their use).
"""

MAX_DOCUMENT_BYTES = 262_144  # 256 KiB of document, before sealing; schemas/README.md §7
MAX_DOCUMENT_DEPTH = 32  # nested objects and arrays in a document; schemas/README.md §7
MAX_ATTACHMENT_BYTES = 20_971_520  # 20 MiB, one file that belongs to a document; schemas/README.md §7
CHUNK_BYTES = 262_144  # 256 KiB of a file in one bundle; schemas/README.md §4
ATTACHMENT_TERM_MS = 7 * 24 * 3_600_000  # 7 days: a file after its message; schemas/README.md §4
MAX_RECIPIENTS = 64  # authorities one message is sealed to; schemas/README.md §7
MAX_ENTRY_BYTES = 16_384  # 16 KiB, one leaf of a log; schemas/README.md §1
MAX_BUNDLE_BYTES = 1_048_576  # 1 MiB on the wire, padding and seal included; schemas/README.md §4
MAX_BUNDLE_ITEMS = 256  # messages and receipts in one bundle; schemas/README.md §4
MAX_PROOF_LINES = 63  # hashes in one path: a tree of 2^63 leaves; C2SP tlog-witness
MAX_NOTE_SIGNATURES = 16  # signature lines read from a note; C2SP signed-note, "Format"
MAX_NOTE_BYTES = 65_536  # 16 ML-DSA-44 lines and the text; C2SP signed-note, "Format"
MAX_LIFETIME_MS = 7 * 24 * 3_600_000  # 7 days from sealing to expiry; schemas/README.md §7
MAX_CLOCK_SKEW_MS = 300_000  # 300 s between two authorities' clocks; schemas/README.md §7
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785 §3.2.2.3, RFC 7493 §2.2
PADDING_BYTES = 256  # the sealed document is padded to a multiple of this; schemas/README.md §3
