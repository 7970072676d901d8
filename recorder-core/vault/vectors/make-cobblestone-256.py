"""Makes cobblestone-256.json with pyca/cryptography, an implementation that shares no code with ours.

Run outside the repository, then copy the output beside this file:

    python3 -m venv venv && venv/bin/pip install 'cryptography>=50'
    venv/bin/python make-cobblestone-256.py > cobblestone-256.json

The salt is drawn by the library and differs on each run. With key, context and salt given, the
ciphertext is determined, so its SHA-256 stands for it and the file stays small.
"""

import base64
import hashlib
import json

import cryptography
from cryptography.cobblestone import Cobblestone256Encryptor

CHUNK = 16 * 1024
CONTEXTS = [b"", b"holdfast test context"]
SIZES = [0, 1, 1024, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 4321]


def vector(size: int, context: bytes) -> dict:
    key = hashlib.sha256(b"cobblestone vector key %d" % size).digest()
    plaintext = bytes((i * 31 + size) % 251 for i in range(size))
    encryptor = Cobblestone256Encryptor(key, context)
    ciphertext = encryptor.update(plaintext) + encryptor.finalize()
    made = {
        "plaintextBytes": size,
        "key": key.hex(),
        "context": context.decode(),
        "header": ciphertext[:56].hex(),
        "ciphertextBytes": len(ciphertext),
        "ciphertextSha256": hashlib.sha256(ciphertext).hexdigest(),
    }
    if size <= 1024:
        made["ciphertext"] = base64.b64encode(ciphertext).decode()
    return made


print(
    json.dumps(
        {
            "madeBy": "pyca/cryptography " + cryptography.__version__,
            "regenerate": "see make-cobblestone-256.py",
            "plaintext": "byte i = (i * 31 + plaintextBytes) % 251",
            "vectors": [vector(size, context) for size in SIZES for context in CONTEXTS],
        },
        indent=2,
    )
)
