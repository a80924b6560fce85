# Der Code für eine Lightning-Wallet (LNURL-auth).

lightning-waiting = Warten auf Ihre Wallet …
lightning-approved = Ihre Wallet hat zugestimmt. Einen Moment …
lightning-expired = Dieser Code ist abgelaufen. Laden Sie die Seite neu, um einen neuen zu bekommen.
lightning-offline = Keine Verbindung zu diesem Server. Neuer Versuch …
lightning-left = Gilt noch { $time } Minuten; wird von selbst erneuert.
lightning-open = Wallet auf diesem Gerät öffnen
lightning-code = Code zum Scannen mit einer Lightning-Wallet
lightning-until = Er gilt bis
lightning-compare = Prüfen Sie vor dem Zustimmen, dass Ihre Wallet { $host } zeigt.
lightning-did = Ich habe in meiner Wallet zugestimmt
lightning-others = Andere Wallets, und was das ist
lightning-keyauth = Mit einer Wallet öffnen, die keyauth:// kennt
lightning-what = Der Code bittet Ihre Wallet, eine Zahl zu signieren, die diese Seite gebildet hat (LNURL-auth). Die Wallet verwendet einen Schlüssel, den sie nur für den Namen dieses Servers ableitet; es wird nichts bezahlt und kein Node angesprochen.
lightning-back = Ein anderer Weg
lightning-copy = des Codes als Text
lightning-title = Mit Ihrer Lightning-Wallet scannen
lightning-link-title = Mit der Wallet scannen, die Sie hinzufügen
welcome-new = Dieser Schlüssel war noch nicht hier. Für ihn wird jetzt ein Konto angelegt.
welcome-only-if = Fahren Sie nur fort, wenn Sie selbst bei { $host } begonnen haben: Wer Ihnen einen Code zum Scannen schickt, kommt sonst mit Ihrem Schlüssel hinein.
welcome-go = Konto anlegen und weiter
welcome-other = Einen anderen Schlüssel verwenden
welcome-title = Als { $key } fortfahren?
