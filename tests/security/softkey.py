"""A passkey in software: answers what the portal asks, and lies on request."""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAGS = AuthenticatorData.FLAG
SEEN = FLAGS.UP | FLAGS.UV


@dataclass
class SoftKey:
    """One device; every answer may name another origin, another flag or another count than is true."""

    origin: str
    count: int = 0
    name: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def _site(self) -> bytes:
        return sha256(self.origin.split("//", 1)[1].split(":", 1)[0].encode()).digest()

    def _answer(self, **response: bytes) -> str:
        name = websafe_encode(self.name)
        parts = {key: websafe_encode(value) for key, value in response.items()}
        answer = {"id": name, "rawId": name, "type": "public-key", "response": parts, "clientExtensionResults": {}}
        return json.dumps(answer)

    def _told(self, kind: str, question: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(question["publicKey"]["challenge"])
        return CollectedClientData.create(type=kind, challenge=challenge, origin=self.origin)

    def create(self, question: dict[str, Any], flags: Any = SEEN) -> str:
        """Answer the question that makes a passkey."""
        public = ES256.from_cryptography_key(self.private.public_key())
        mine = AttestedCredentialData.create(Aaguid.NONE, self.name, public)
        data = AuthenticatorData.create(self._site, flags | FLAGS.AT, self.count, mine)
        told = self._told("webauthn.create", question)
        return self._answer(clientDataJSON=told, attestationObject=AttestationObject.create("none", data, {}))

    def get(self, question: dict[str, Any], flags: Any = SEEN) -> str:
        """Answer the question at login."""
        data = AuthenticatorData.create(self._site, flags, self.count)
        told = self._told("webauthn.get", question)
        signature = self.private.sign(data + told.hash, ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=data, signature=signature)
