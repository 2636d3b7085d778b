;;; Combinations of whole numbers, single bits, and fields of bits.

;; The complement of the exclusive or, once for each argument after the first.
(define (bitwise-eqv . is)
  (let ((parity (%apply bitwise-xor is)))
    (if (odd? (length is)) parity (bitwise-not parity))))

(define (bitwise-nand i j) (bitwise-not (bitwise-and i j)))
(define (bitwise-nor i j) (bitwise-not (bitwise-ior i j)))
(define (bitwise-andc1 i j) (bitwise-and (bitwise-not i) j))
(define (bitwise-andc2 i j) (bitwise-and i (bitwise-not j)))
(define (bitwise-orc1 i j) (bitwise-ior (bitwise-not i) j))
(define (bitwise-orc2 i j) (bitwise-ior i (bitwise-not j)))

;; Where the mask has ones, the difference of i and j turns j into i.
(define (bitwise-if mask i j)
  (bitwise-xor j (bitwise-and mask (bitwise-xor i j))))

;; A one at an index.
(define (bit-at who position index)
  (if (not (exact-nonnegative-integer? index))
      (%wrong-type who position "a nonnegative exact integer" index))
  (arithmetic-shift 1 index))

(define (copy-bit index i bit)
  (let ((one (bit-at 'copy-bit 0 index)))
    (if bit (bitwise-ior i one) (bitwise-andc2 i one))))

(define (bit-swap index1 index2 i)
  (let ((one1 (bit-at 'bit-swap 0 index1)) (one2 (bit-at 'bit-swap 1 index2)))
    (if (eq? (bit-set? index1 i) (bit-set? index2 i))
        i
        (bitwise-xor i (bitwise-ior one1 one2)))))

(define (any-bit-set? test-bits i) (not (eqv? 0 (bitwise-and test-bits i))))
(define (every-bit-set? test-bits i) (eqv? 0 (bitwise-andc2 test-bits i)))

;;; Fields

(define (ones width) (bitwise-not (arithmetic-shift -1 width)))

;; The width of a field whose start is argument `position` of `who`.
(define (field-width who position start end)
  (if (not (exact-nonnegative-integer? start))
      (%wrong-type who position "a nonnegative exact integer" start))
  (if (not (exact-nonnegative-integer? end))
      (%wrong-type who (+ position 1) "a nonnegative exact integer" end))
  (if (< end start) (%bad-range who (+ position 1) end))
  (- end start))

(define (field-mask who position start end)
  (arithmetic-shift (ones (field-width who position start end)) start))

(define (bit-field i start end)
  (let ((width (field-width 'bit-field 1 start end)) (shifted (arithmetic-shift i (- start))))
    ;; What is short enough already needs no mask, which might be long.
    (if (and (not (negative? shifted)) (<= (integer-length shifted) width))
        shifted
        (bitwise-and shifted (ones width)))))

(define (bit-field-any? i start end)
  (any-bit-set? (field-mask 'bit-field-any? 1 start end) i))
(define (bit-field-every? i start end)
  (every-bit-set? (field-mask 'bit-field-every? 1 start end) i))
(define (bit-field-clear i start end)
  (bitwise-andc2 i (field-mask 'bit-field-clear 1 start end)))
(define (bit-field-set i start end)
  (bitwise-ior i (field-mask 'bit-field-set 1 start end)))

(define (bit-field-replace to from start end)
  (bitwise-if (field-mask 'bit-field-replace 2 start end) (arithmetic-shift from start) to))
(define (bit-field-replace-same to from start end)
  (bitwise-if (field-mask 'bit-field-replace-same 2 start end) from to))

(define (bit-field-rotate i count start end)
  (let ((width (field-width 'bit-field-rotate 2 start end)))
    (if (eqv? width 0)
        i
        (let ((count (modulo count width)) (field (bit-field i start end)))
          ;; The bits above the field drop out of the replacement.
          (bit-field-replace i
                             (bitwise-ior (arithmetic-shift field count)
                                          (arithmetic-shift field (- count width)))
                             start end)))))

(define (bit-field-reverse i start end)
  (field-width 'bit-field-reverse 1 start end)
  ;; Gathered from the low end, the highest bit comes first.
  (let loop ((at start) (l '()))
    (if (< at end)
        (loop (+ at 1) (cons (bit-set? at i) l))
        (bit-field-replace i (list->bits l) start end))))
