"""RSA keys and signed tokens, by the openssl program: nothing of it is shared
with what is tested."""
import base64
import functools
import json
import os
import subprocess
import tempfile
import time


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr.decode())
    return done.stdout


class Key:
    """An RSA key that signs tokens."""

    def __init__(self, key_id, bits=2048):
        self.key_id = key_id
        self.folder = tempfile.mkdtemp(prefix="key")
        self.private = os.path.join(self.folder, "private.pem")
        self.public = os.path.join(self.folder, "public.pem")
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                f"rsa_keygen_bits:{bits}", "-out", self.private)
        openssl("pkey", "-in", self.private, "-pubout", "-out", self.public)

    def pem(self):
        with open(self.private, encoding="ascii") as file:
            return file.read()

    def sign(self, claims, header=None):
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key_id,
                **(header or {})}
        text = ".".join(b64url(json.dumps(part).encode())
                        for part in (head, claims))
        signature = openssl("dgst", "-sha256", "-sign", self.private,
                            data=text.encode())
        return f"{text}.{b64url(signature)}"

    def verified(self, token):
        """(header, claims) of a token that this key has signed."""
        text, _, signature = token.rpartition(".")
        with tempfile.NamedTemporaryFile(dir=self.folder) as file:
            file.write(from_b64url(signature))
            file.flush()
            openssl("dgst", "-sha256", "-verify", self.public, "-signature",
                    file.name, data=text.encode())
        return [json.loads(from_b64url(part)) for part in text.split(".")]

    def jwk(self):
        text = openssl("rsa", "-pubin", "-in", self.public, "-modulus",
                       "-noout").decode().strip()
        modulus = bytes.fromhex(text.split("=", 1)[1])
        return {"kty": "RSA", "alg": "RS256", "use": "sig",
                "kid": self.key_id, "n": b64url(modulus), "e": "AQAB"}


@functools.lru_cache(None)
def shared_key(key_id):
    """One for all tests of a process: to make one takes a while."""
    return Key(key_id)


def google_claims(audience, email, lifetime=3600, **more):
    now = int(time.time())
    return {"iss": "https://accounts.google.com", "aud": audience,
            "sub": "1234567890", "azp": "1234567890", "email": email,
            "email_verified": True, "iat": now, "exp": now + lifetime, **more}
