;;; Generators from generators. Nothing is taken from the sources before the result is called.

(define gcons*
  (case-lambda
    ((g) (need-procedure 'gcons* 0 g) g)
    (items
     (need-procedure 'gcons* (- (length items) 1) (car (last-pair items)))
     (lambda ()
       (if (pair? (cdr items))
           (let ((x (car items)))
             (set! items (cdr items))
             x)
           ((car items)))))))

(define (gappend . sources)
  (need-procedures 'gappend 0 sources)
  (lambda ()
    (let next ()
      (if (pair? sources)
          (let ((x ((car sources))))
            (if (eof-object? x)
                (begin (set! sources (cdr sources)) (next))
                x))
          end))))

(define (gflatten source)
  (need-procedure 'gflatten 0 source)
  (let ((l '()))
    (lambda ()
      (let next ()
        (cond
          ((pair? l)
           (let ((x (car l)))
             (set! l (cdr l))
             x))
          ((eof-object? l) l)
          (else
           (set! l (source))
           (next)))))))

;; Groups of k; `fill` completes the last one, of which `n` elements are there, in reverse.
(define (group source k fill)
  (lambda ()
    (let loop ((l '()) (n 0))
      (if (= n k)
          (reverse! l)
          (let ((x (source)))
            (cond ((not (eof-object? x)) (loop (cons x l) (+ n 1)))
                  ((= n 0) end)
                  (else (fill (reverse! l) n))))))))

(define ggroup
  (case-lambda
    ((source k)
     (need-procedure 'ggroup 0 source)
     (need-group-size k)
     (group source k (lambda (l n) l)))
    ((source k padding)
     (need-procedure 'ggroup 0 source)
     (need-group-size k)
     (group source k (lambda (l n) (append! l (make-list (- k n) padding)))))))
(define (need-group-size k)
  (need-count 'ggroup 1 k)
  (if (= k 0) (%bad-range 'ggroup 1 k)))

;; The first element of each source is held; sources at their end drop out. Among equals the
;; leftmost is the first.
(define gmerge
  (case-lambda
    ((less? g)
     (need-procedure 'gmerge 0 less?)
     (need-procedure 'gmerge 1 g)
     g)
    ((less? g . more)
     (need-procedure 'gmerge 0 less?)
     (need-procedures 'gmerge 1 (cons g more))
     (let ((heads #f) (sources (cons g more)))
       ;; (element . source), where the element is there.
       (define (head source)
         (let ((x (source))) (and (not (eof-object? x)) (cons x source))))
       (lambda ()
         (if (not heads) (set! heads (filter-map head sources)))
         (if (null? heads)
             end
             (let loop ((best (car heads)) (l (cdr heads)))
               (cond
                 ((pair? l)
                  (loop (if (less? (car (car l)) (car best)) (car l) best) (cdr l)))
                 (else
                  (let ((x (car best)) (next ((cdr best))))
                    (if (eof-object? next)
                        (set! heads (delete best heads eq?))
                        (set-car! best next))
                    x))))))))))

;;; Mapping

;; The next element of each source, or #f when one is at its end.
(define (elements sources)
  (let loop ((l sources) (xs '()))
    (if (pair? l)
        (let ((x ((car l))))
          (and (not (eof-object? x)) (loop (cdr l) (cons x xs))))
        (reverse! xs))))

;; Evaluates with the next element of `source` bound to `x`, unless that is the end.
(define-syntax with-next
  (syntax-rules ()
    ((_ (x source) body)
     (let ((x (source))) (if (eof-object? x) x body)))))

(define gmap
  (case-lambda
    ((f source)
     (need-procedure 'gmap 0 f)
     (need-procedure 'gmap 1 source)
     (lambda () (with-next (x source) (f x))))
    ((f a b)
     (need-procedure 'gmap 0 f)
     (need-procedure 'gmap 1 a)
     (need-procedure 'gmap 2 b)
     (lambda () (with-next (x a) (with-next (y b) (f x y)))))
    ((f . sources)
     (need-procedure 'gmap 0 f)
     (need-procedures 'gmap 1 sources)
     (if (null? sources) (assertion-violation 'gmap "there is no generator"))
     (lambda ()
       (let ((xs (elements sources)))
         (if xs (%apply f xs) end))))))

(define (gcombine f seed source . more)
  (need-procedure 'gcombine 0 f)
  (need-procedures 'gcombine 2 (cons source more))
  (let ((sources (cons source more)))
    (lambda ()
      (let ((xs (elements sources)))
        (if xs
            (call-with-values (lambda () (%apply f (append! xs (list seed))))
              (lambda (x next)
                (set! seed next)
                x))
            end)))))

;;; Filtering

(define (gfilter wanted? source)
  (need-procedure 'gfilter 0 wanted?)
  (need-procedure 'gfilter 1 source)
  (lambda ()
    (let loop ()
      (with-next (x source) (if (wanted? x) x (loop))))))

(define (gremove unwanted? source)
  (need-procedure 'gremove 0 unwanted?)
  (need-procedure 'gremove 1 source)
  (lambda ()
    (let loop ()
      (with-next (x source) (if (unwanted? x) (loop) x)))))

(define (gstate-filter f seed source)
  (need-procedure 'gstate-filter 0 f)
  (need-procedure 'gstate-filter 2 source)
  (lambda ()
    (let loop ()
      (with-next (x source)
        (call-with-values (lambda () (f x seed))
          (lambda (wanted? next)
            (set! seed next)
            (if wanted? x (loop))))))))

(define (take-with who source k at-end)
  (need-procedure who 0 source)
  (need-count who 1 k)
  (lambda ()
    (if (> k 0)
        (begin
          (set! k (- k 1))
          (let ((x (source)))
            (if (eof-object? x) (at-end) x)))
        end)))
(define gtake
  (case-lambda
    ((source k) (take-with 'gtake source k (lambda () end)))
    ((source k padding) (take-with 'gtake source k (lambda () padding)))))

(define (gdrop source k)
  (need-procedure 'gdrop 0 source)
  (need-count 'gdrop 1 k)
  (lambda ()
    (let loop ()
      (if (> k 0)
          (begin
            (set! k (- k 1))
            (with-next (x source) (loop)))
          (source)))))

(define (gtake-while wanted? source)
  (need-procedure 'gtake-while 0 wanted?)
  (need-procedure 'gtake-while 1 source)
  (let ((done? #f))
    (lambda ()
      (if done?
          end
          (with-next (x source)
            (if (wanted? x)
                x
                (begin (set! done? #t) end)))))))

(define (gdrop-while unwanted? source)
  (need-procedure 'gdrop-while 0 unwanted?)
  (need-procedure 'gdrop-while 1 source)
  (let ((found? #f))
    (lambda ()
      (if found?
          (source)
          (let loop ()
            (with-next (x source)
              (if (unwanted? x)
                  (loop)
                  (begin (set! found? #t) x))))))))

(define gdelete
  (case-lambda
    ((item source) (gdelete item source equal?))
    ((item source same?)
     (need-procedure 'gdelete 1 source)
     (need-procedure 'gdelete 2 same?)
     (gremove (lambda (x) (same? item x)) source))))

;; `none` stands for the element before the first.
(define none (list 'none))

(define gdelete-neighbor-dups
  (case-lambda
    ((source) (gdelete-neighbor-dups source equal?))
    ((source same?)
     (need-procedure 'gdelete-neighbor-dups 0 source)
     (need-procedure 'gdelete-neighbor-dups 1 same?)
     (let ((last none))
       (lambda ()
         (let loop ()
           (with-next (x source)
             (if (or (eq? last none) (not (same? last x)))
                 (begin (set! last x) x)
                 (loop)))))))))

;;; Selecting by another generator. The end of either is the end for good.

(define (gindex source indices)
  (need-procedure 'gindex 0 source)
  (need-procedure 'gindex 1 indices)
  ;; `at` is the index of the source's next element.
  (let ((at 0) (done? #f))
    (lambda ()
      (if done?
          end
          (let ((wanted (indices)))
            (if (eof-object? wanted)
                (begin (set! done? #t) end)
                (begin
                  (if (not (and (exact-integer? wanted) (>= wanted at)))
                      (assertion-violation 'gindex "not an index beyond the one before:" wanted))
                  (let loop ()
                    (let ((x (source)) (i at))
                      (set! at (+ at 1))
                      (cond ((eof-object? x) (set! done? #t) x)
                            ((= i wanted) x)
                            (else (loop))))))))))))

(define (gselect source truths)
  (need-procedure 'gselect 0 source)
  (need-procedure 'gselect 1 truths)
  (let ((done? #f))
    (lambda ()
      (let loop ()
        (if done?
            end
            (let* ((x (source)) (wanted? (if (eof-object? x) x (truths))))
              (cond ((eof-object? wanted?) (set! done? #t) end)
                    (wanted? x)
                    (else (loop)))))))))
