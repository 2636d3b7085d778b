;;; The promise and the one its thunk yielded were updated the wrong way round.
(import (scheme base) (scheme lazy) (check))
(test 1 (force (delay 1)))
(finish)
