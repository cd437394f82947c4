"""A certificate authority and a server certificate for 127.0.0.1, made with openssl once a run."""

import subprocess


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certificates:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.ca, self.cert, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        authority = folder / "ca.key"
        request, extension = folder / "server.csr", folder / "names"
        extension.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        _openssl(
            "req",
            "-x509",
            *ec,
            "-keyout",
            authority,
            "-out",
            self.ca,
            "-subj",
            "/CN=leasehold test authority",
            "-days",
            2,
        )
        _openssl("req", *ec, "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        _openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            self.ca,
            "-CAkey",
            authority,
            "-CAcreateserial",
            "-out",
            self.cert,
            "-days",
            2,
            "-extfile",
            extension,
        )

    def listen(self, **more):
        return {"cert": str(self.cert), "key": str(self.key), **more}

    def server_options(self):
        return [f"--ssl-ca={self.ca}", f"--ssl-cert={self.cert}", f"--ssl-key={self.key}"]
