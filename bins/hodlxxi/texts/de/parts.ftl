# Was mehreren Seiten gemeinsam ist.

parts-to-continue = um zu { $name } zu gelangen
parts-copy = Kopieren
parts-copied = Kopiert
parts-selected = Markiert. Kopieren Sie es mit der Tastatur.
parts-unknown-time = eine unbekannte Zeit
