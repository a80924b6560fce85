# The code for a Lightning wallet (LNURL-auth).

lightning-waiting = Waiting for your wallet …
lightning-approved = Your wallet approved it. One moment …
lightning-expired = This code has expired. Load the page again for a new one.
lightning-offline = No connection to this server. Trying again …
lightning-left = Good for another { $time } minutes; renewed by itself.
lightning-open = Open a wallet on this device
lightning-code = Code to scan with a Lightning wallet
lightning-until = It is good until
lightning-compare = Check that your wallet shows { $host } before you approve.
lightning-did = I approved it in my wallet
lightning-others = Other wallets, and what this is
lightning-keyauth = Open with a wallet that knows keyauth://
lightning-what = The code asks your wallet to sign a number that this page made (LNURL-auth). The wallet uses a key that it derives for this server’s name alone; nothing is paid and no node is contacted.
lightning-back = Another way
lightning-copy = the code as text
lightning-title = Scan with your Lightning wallet
lightning-link-title = Scan with the wallet you are adding
welcome-new = This key has not been here before. An account is made for it now.
welcome-only-if = Go on only if you started this at { $host } yourself: somebody who sends you a code to scan gets in with your key.
welcome-go = Make the account and continue
welcome-other = Use another key
welcome-title = Continue as { $key }?
