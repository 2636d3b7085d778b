;;; Hash tables over the primitives of `vm/src/prims/tables.rs`.
;;;
;;; A table whose equivalence is built in is handled by the primitives alone. For any other one
;;; the primitives offer slots by number, and the procedures of the program run here, between
;;; primitives. They may change the table they are called for: after each call the table's
;;; version tells whether the search must start again.

(define mode-custom 0)
(define mode-eq 1)
(define mode-eqv 2)
(define mode-equal 3)
(define mode-string 4)
(define mode-string-ci 5)
(define mode-weak 16)

(define-syntax need-table
  (syntax-rules ()
    ((_ who position table)
     (if (not (hash-table? table)) (%wrong-type who position "a hash table" table)))))

(define (custom? table) (eqv? 0 (modulo (%table-mode table) mode-weak)))

;; What the built-in equivalences are called.
(define (equivalence-mode equivalence)
  (cond ((or (eq? equivalence eq?) (eq? equivalence symbol=?) (eq? equivalence boolean=?)) mode-eq)
        ((or (eq? equivalence eqv?) (eq? equivalence char=?)) mode-eqv)
        ((eq? equivalence equal?) mode-equal)
        ((eq? equivalence string=?) mode-string)
        ((eq? equivalence string-ci=?) mode-string-ci)
        (else mode-custom)))

(define (mode-equivalence mode)
  (vector-ref (vector #f eq? eqv? equal? string=? string-ci=?) mode))

(define (mode-hash mode)
  (vector-ref (vector #f eq-hash eqv-hash equal-hash string-hash string-ci-hash) mode))

;; Numbers that are `=` hash alike, whatever their exactness.
(define number-hash
  (case-lambda
    ((n) (eqv-hash (if (and (inexact? n) (finite? n)) (exact n) n)))
    ((n bound) (modulo (number-hash n) bound))))

(define char-ci-hash
  (case-lambda
    ((c) (eqv-hash (char-foldcase c)))
    ((c bound) (eqv-hash (char-foldcase c) bound))))

(define (default-hash equivalence)
  (cond ((eq? equivalence =) number-hash)
        ((eq? equivalence char-ci=?) char-ci-hash)
        (else equal-hash)))

;; Whether a hash procedure is known that fits `equivalence`, rather than hoped to.
(define (hash-known? equivalence)
  (or (not (eqv? mode-custom (equivalence-mode equivalence)))
      (eq? equivalence =)
      (eq? equivalence char-ci=?)))

;; `equivalence` and `hash` are procedures; `hash` may be #f for the one that fits. A hash
;; procedure given for a built-in equivalence is not needed, and remembered only.
(define (make-table equivalence hash weak? capacity)
  (let ((mode (equivalence-mode equivalence)))
    (%make-table (if weak? (+ mode mode-weak) mode)
                 equivalence
                 (or hash (if (eqv? mode mode-custom) (default-hash equivalence) (mode-hash mode)))
                 capacity)))

(define (table-equivalence table) (%table-equivalence table))
(define (table-hash table) (%table-hash table))

;; A hash that the slots can hold, whatever the program's procedure answers.
(define (slot-hash table key)
  (let ((h ((%table-hash table) key)))
    (if (exact-integer? h) (eqv-hash h) (%wrong-type 'hash-table 0 "a hash that is an exact integer" h))))

;; Calls `found` with the key's slot, or `missing` with its hash.
(define (search table key found missing)
  (let ((hash (slot-hash table key)) (same? (%table-equivalence table)))
    (let restart ()
      (let ((version (%table-version table)))
        (let loop ((slot (%table-find table hash #f)))
          (cond
            ((not slot) (missing hash))
            (else
             (let ((match? (same? (%table-key-at table slot) key)))
               (cond ((not (eqv? version (%table-version table))) (restart))
                     (match? (found slot))
                     (else (loop (%table-find table hash slot))))))))))))

(define (table-ref table key default)
  (if (custom? table)
      (search table key
              (lambda (slot) (%table-value-at table slot))
              (lambda (hash) default))
      (%table-ref table key default)))

(define (table-contains? table key)
  (if (custom? table)
      (search table key (lambda (slot) #t) (lambda (hash) #f))
      (%table-contains? table key)))

(define (table-set! table key value)
  (if (custom? table)
      (search table key
              (lambda (slot) (%table-set-value-at! table slot value))
              (lambda (hash) (%table-insert! table hash key value)))
      (%table-set! table key value)))

;; Whether the key was there.
(define (table-delete! table key)
  (if (custom? table)
      (search table key
              (lambda (slot) (%table-delete-at! table slot) #t)
              (lambda (hash) #f))
      (%table-delete! table key)))

;; No program has this object, so it tells a missing key from any value.
(define absent (list 'absent))

;; Replaces the key's value by what `update` makes of it, or of what `missing` returns.
(define (table-update! table key update missing)
  (let ((value (table-ref table key absent)))
    (table-set! table key (update (if (eq? value absent) (missing) value)))))

(define (table-update!/default table key update default)
  (let ((value (table-ref table key default)))
    (table-set! table key (update value))))

;; Calls `procedure` with each key and value of the moment; the table may be changed meanwhile.
(define (table-walk table procedure)
  (let* ((all (%table-snapshot table)) (n (vector-length all)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (procedure (vector-ref all i) (vector-ref all (+ i 1)))
            (loop (+ i 2)))))))

(define (table-fold table procedure seed)
  (let* ((all (%table-snapshot table)) (n (vector-length all)))
    (let loop ((i 0) (state seed))
      (if (< i n)
          (loop (+ i 2) (procedure (vector-ref all i) (vector-ref all (+ i 1)) state))
          state))))
