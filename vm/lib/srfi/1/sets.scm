;;; Lists as sets. The order of arguments to `same?` follows the SRFI: elements of earlier lists
;;; come first.

(define (subset? same? a b)
  (every (lambda (x) (member x b same?)) a))

(define (lset<= same? . lists)
  (or (null? lists)
      (let loop ((a (car lists)) (more (cdr lists)))
        (or (null? more)
            (and (or (eq? a (car more)) (subset? same? a (car more)))
                 (loop (car more) (cdr more)))))))

(define (lset= same? . lists)
  (or (null? lists)
      (let loop ((a (car lists)) (more (cdr lists)))
        (or (null? more)
            (let ((b (car more)))
              (and (or (eq? a b)
                       (and (subset? same? a b)
                            (subset? (lambda (x y) (same? y x)) b a)))
                   (loop b (cdr more))))))))

;; Whether `x` of a later list equals some element of the earlier `set`.
(define (in? same? x set)
  (any (lambda (y) (same? y x)) set))

(define (lset-adjoin same? set . elements)
  (fold (lambda (x set) (if (in? same? x set) set (cons x set))) set elements))

(define (lset-union same? . lists)
  (reduce (lambda (l set)
            (cond ((null? l) set)
                  ((null? set) l)
                  ((eq? l set) set)
                  (else
                   (fold (lambda (x set) (if (in? same? x set) set (cons x set))) set l))))
          '() lists))

(define (lset-intersection same? set . lists)
  (let ((lists (delete set lists eq?)))
    (cond ((any null? lists) '())
          ((null? lists) set)
          (else
           (filter (lambda (x) (every (lambda (l) (member x l same?)) lists)) set)))))

(define (lset-difference same? set . lists)
  (let ((lists (filter pair? lists)))
    (cond ((null? lists) set)
          ((memq set lists) '())
          (else
           (filter (lambda (x) (every (lambda (l) (not (member x l same?))) lists)) set)))))

(define (lset-xor same? . lists)
  (reduce (lambda (b a)
            (let ((only-a (filter (lambda (x) (not (member x b same?))) a))
                  (only-b (filter (lambda (x) (not (member x a same?))) b)))
              (append-reverse only-a only-b)))
          '() lists))

(define (lset-diff+intersection same? set . lists)
  (cond ((every null? lists) (values set '()))
        ((memq set lists) (values '() set))
        (else
         (partition (lambda (x) (not (any (lambda (l) (member x l same?)) lists))) set))))

(define lset-union! lset-union)
(define lset-intersection! lset-intersection)
(define lset-difference! lset-difference)
(define lset-xor! lset-xor)
(define lset-diff+intersection! lset-diff+intersection)
