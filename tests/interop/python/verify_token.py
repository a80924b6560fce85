"""Verifies a JWT with jwcrypto. Arguments: the key set's URL, the token. Prints its header and claims."""

import json
import sys

import requests
from jwcrypto import jwk, jws

address, token = sys.argv[1:]
keys = jwk.JWKSet.from_json(requests.get(address, timeout=10).text)
signed = jws.JWS()
signed.allowed_algs = ["RS256", "ES256", "EdDSA", "ES256K"]
signed.deserialize(token)
signed.verify(keys.get_key(signed.jose_header["kid"]))
print(json.dumps({"header": signed.jose_header, "claims": json.loads(signed.payload)}))
