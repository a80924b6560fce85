// The sign-in pages, and where a key is added: each part looks for its own elements.

import "./guard.js";
import "./tabs.js";
import "./countdown.js";
import "./nostr.js";
