# Signing out, and going back to an application.

leaving-title = Sign out?
leaving-asked = { $name } asks to sign you out here.
leaving-as = You are signed in as { $name } in this browser.
leaving-others = Applications that asked to be told will sign you out as well. Your other devices stay signed in.
leaving-stay = Stay signed in
leaving-left = You are signed out
leaving-left-more = The session in this browser has ended. Applications you use may keep sessions of their own: sign out there too if others use this device.
leaving-again = Sign in again
leaving-answer = The answer goes to { $host }. If nothing happens, press the button.
leaving-back = Back to { $name }
