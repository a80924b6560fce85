"""Answers a sign-in with lnurl. Arguments: the LNURL, a seed (hex). Prints the key, and what the server says."""

import sys

import lnurl
import requests

code, seed = sys.argv[1:]
url = lnurl.decode(code).url
k1 = dict(url.query_params())["k1"]
linking_key, _ = lnurl.lnurlauth_derive_linking_key(seed, url.host)
key, sig = lnurl.lnurlauth_signature(k1, linking_key)
print(key)
print(requests.get(str(url), params={"sig": sig, "key": key}, timeout=30).text)
