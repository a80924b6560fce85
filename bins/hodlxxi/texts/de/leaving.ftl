# Abmelden, und zurück zu einer Anwendung.

leaving-title = Abmelden?
leaving-asked = { $name } bittet darum, Sie hier abzumelden.
leaving-as = Sie sind in diesem Browser als { $name } angemeldet.
leaving-others = Anwendungen, die davon erfahren wollen, melden Sie ebenfalls ab. Ihre anderen Geräte bleiben angemeldet.
leaving-stay = Angemeldet bleiben
leaving-left = Sie sind abgemeldet
leaving-left-more = Die Sitzung in diesem Browser ist beendet. Anwendungen, die Sie verwenden, können eigene Sitzungen behalten: Melden Sie sich auch dort ab, wenn andere dieses Gerät benutzen.
leaving-again = Wieder anmelden
leaving-answer = Die Antwort geht an { $host }. Geschieht nichts, drücken Sie den Knopf.
leaving-back = Zurück zu { $name }
