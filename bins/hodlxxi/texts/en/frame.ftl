# The frame around every page.

frame-skip = Skip to the content
frame-main = Main
frame-api = API
frame-developers = Developers
frame-account = Account:
frame-sign-in = Sign in
frame-sign-out = Sign out
frame-you-are-at = You are at { $host }
frame-about = About
frame-privacy = Privacy
frame-terms = Terms
frame-source-code = Source code
