# Der Rahmen um jede Seite.

frame-skip = Zum Inhalt springen
frame-main = Hauptmenü
frame-api = API
frame-developers = Entwicklung
frame-account = Konto:
frame-sign-in = Anmelden
frame-sign-out = Abmelden
frame-you-are-at = Sie sind bei { $host }
frame-about = Über diesen Dienst
frame-privacy = Datenschutz
frame-terms = Nutzungsbedingungen
frame-source-code = Quelltext
