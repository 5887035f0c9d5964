"""The certificates and keys of one throw-away cluster."""
import os
import subprocess

NAMES = ("IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,"
         "DNS:kubernetes.default,DNS:kubernetes.default.svc")


class Pki:
    """Files below folder, valid for two years: clocks of tests go ahead."""

    def __init__(self, folder):
        os.makedirs(folder)
        self._folder = folder
        self.ca = self._path("ca.crt")
        self.api_cert = self._path("api.crt")
        self.api_key = self._path("api.key")
        self.account_key = self._path("account.key")
        self.account_public = self._path("account.pub")
        ca_key = self._path("ca.key")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes",
                      "-keyout", ca_key, "-out", self.ca,
                      "-subj", "/CN=prewarm-test-ca", "-days", "730")
        extensions = self._path("extensions")
        with open(extensions, "w", encoding="ascii") as file:
            file.write(f"subjectAltName={NAMES}\n"
                       "extendedKeyUsage=serverAuth\n")
        request = self._path("api.csr")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout",
                      self.api_key, "-out", request,
                      "-subj", "/CN=kube-apiserver")
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca,
                      "-CAkey", ca_key, "-CAcreateserial", "-days", "730",
                      "-out", self.api_cert, "-extfile", extensions)
        self._openssl("genrsa", "-out", self.account_key, "2048")
        self._openssl("rsa", "-in", self.account_key, "-pubout",
                      "-out", self.account_public)

    def _path(self, name):
        return os.path.join(self._folder, name)

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run(["openssl", *arguments], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
