# Was schiefging, und was zu tun ist.

error-number = Fehler { $status }
error-start = Startseite
error-detail = Im Einzelnen
error-request = Nummer der Anfrage

error-malformed = Wir haben diese Anfrage nicht verstanden.
error-malformed-advice = Gehen Sie zurück und versuchen Sie es noch einmal. Hat eine Anwendung Sie hierher geschickt, sagen Sie deren Betreibern, was unten steht.
error-nobody = Melden Sie sich zuerst an.
error-nobody-advice = Melden Sie sich an und öffnen Sie diese Seite dann noch einmal.
error-forbidden = Das ist von hier aus nicht erlaubt.
error-forbidden-advice = Gehen Sie zurück, laden Sie die Seite neu und wiederholen Sie den Schritt. Kamen Sie von einer anderen Seite, beginnen Sie hier.
error-missing = Unter dieser Adresse gibt es keine Seite.
error-missing-advice = Prüfen Sie die Adresse, oder beginnen Sie auf der Startseite.
error-method = So funktioniert diese Seite nicht.
error-method-advice = Öffnen Sie sie von der Startseite aus, statt etwas an sie zu senden.
error-conflict = Das geht so nicht, wie die Dinge stehen.
error-conflict-advice = Was im Weg ist, steht unten. Ändern Sie das zuerst, und versuchen Sie es dann noch einmal.
error-large = Das war zu viel auf einmal.
error-large-advice = Senden Sie etwas Kleineres.
error-media = Dieses Formular können wir nicht lesen.
error-media-advice = Gehen Sie zurück und senden Sie das Formular von seiner Seite aus ab.
error-often = Das war zu oft in kurzer Zeit.
error-often-advice = Warten Sie eine Minute und versuchen Sie es dann noch einmal.
error-unavailable = Der Dienst kann gerade nicht antworten.
error-unavailable-advice = Es ist nichts verloren. Versuchen Sie es gleich noch einmal.
error-internal = Bei uns ist etwas schiefgegangen.
error-internal-advice = Versuchen Sie es gleich noch einmal. Geschieht es wieder, nennen Sie dem Betreiber die Nummer der Anfrage, die unten steht.
