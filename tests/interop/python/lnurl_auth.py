"""Answers a sign-in with lnurl. Arguments: the LNURL, a seed (hex). Prints the key and what the server says."""

import sys

import httpx
from lnurl import Lnurl
from lnurl.helpers import lnurlauth_derive_linking_key, lnurlauth_signature, lnurl_decode

code, seed = sys.argv[1:]
url = httpx.URL(lnurl_decode(code))
linking_key = lnurlauth_derive_linking_key(seed, url.host)
sig_args = url.params["k1"], linking_key
key, sig = lnurlauth_signature(*sig_args)
print(key)
print(httpx.get(url.copy_merge_params({"sig": sig, "key": key})).text)
