;;; Declarations for (helper includes).
(export one two sum three shouted local)
(import (scheme base))
