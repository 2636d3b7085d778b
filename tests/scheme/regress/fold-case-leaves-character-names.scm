;;; `#!fold-case` folded identifiers but not the names of characters (R7RS 2.1).
(import (scheme base) (scheme read) (check))
(test '(#\space #\newline #\A #\x41)
      (read (open-input-string "#!fold-case (#\\SPACE #\\NewLine #\\A #\\X41)")))
#!fold-case
(test '(32 65) (map char->integer '(#\SPACE #\A)))
(finish)
