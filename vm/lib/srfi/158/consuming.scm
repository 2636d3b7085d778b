;;; What takes the elements out of generators.

;; Walks `source` while there are elements, binding each to `x`: (loop state) is written by the
;; name `next` in `body`.
(define-syntax consume
  (syntax-rules ()
    ((_ source (next (state seed) x) body result)
     (let next ((state seed))
       (let ((x (source)))
         (if (eof-object? x) result body))))))

;;; Into lists, vectors, strings

(define generator->reverse-list
  (case-lambda
    ((source)
     (need-procedure 'generator->reverse-list 0 source)
     (consume source (loop (l '()) x) (loop (cons x l)) l))
    ((source k)
     (need-procedure 'generator->reverse-list 0 source)
     (need-count 'generator->reverse-list 1 k)
     (let loop ((l '()) (k k))
       (if (= k 0)
           l
           (let ((x (source)))
             (if (eof-object? x) l (loop (cons x l) (- k 1)))))))))

(define (take-reversed who source options)
  (need-procedure who 0 source)
  (if (null? options)
      (generator->reverse-list source)
      (begin
        (need-count who 1 (car options))
        (generator->reverse-list source (car options)))))

(define-syntax define-converter
  (syntax-rules ()
    ((_ name (reversed) result)
     (define name
       (case-lambda
         ((source) (let ((reversed (take-reversed 'name source '()))) result))
         ((source k) (let ((reversed (take-reversed 'name source (list k)))) result)))))))
(define-converter generator->list (l) (reverse! l))
(define-converter generator->vector (l) (list->vector (reverse! l)))
(define-converter generator->string (l) (list->string (reverse! l)))

(define (generator->vector! v at source)
  (if (not (vector? v)) (%wrong-type 'generator->vector! 0 "a vector" v))
  (need-count 'generator->vector! 1 at)
  (need-procedure 'generator->vector! 2 source)
  (let ((n (vector-length v)))
    (if (> at n) (%bad-range 'generator->vector! 1 at))
    (let loop ((i at))
      (if (< i n)
          (let ((x (source)))
            (if (eof-object? x)
                (- i at)
                (begin (vector-set! v i x) (loop (+ i 1)))))
          (- i at)))))

;;; Folding and mapping

(define generator-fold
  (case-lambda
    ((f seed source)
     (need-procedure 'generator-fold 0 f)
     (need-procedure 'generator-fold 2 source)
     (consume source (loop (state seed) x) (loop (f x state)) state))
    ((f seed source . more)
     (need-procedure 'generator-fold 0 f)
     (need-procedures 'generator-fold 2 (cons source more))
     (let ((sources (cons source more)))
       (let loop ((state seed))
         (let ((xs (elements sources)))
           (if xs
               (loop (%apply f (append! xs (list state))))
               state)))))))

(define generator-for-each
  (case-lambda
    ((f source)
     (need-procedure 'generator-for-each 0 f)
     (need-procedure 'generator-for-each 1 source)
     (let loop ()
       (let ((x (source)))
         (if (not (eof-object? x))
             (begin (f x) (loop))))))
    ((f source . more)
     (need-procedure 'generator-for-each 0 f)
     (need-procedures 'generator-for-each 1 (cons source more))
     (let ((sources (cons source more)))
       (let loop ()
         (let ((xs (elements sources)))
           (if xs
               (begin (%apply f xs) (loop)))))))))

(define generator-map->list
  (case-lambda
    ((f source)
     (need-procedure 'generator-map->list 0 f)
     (need-procedure 'generator-map->list 1 source)
     (consume source (loop (l '()) x) (loop (cons (f x) l)) (reverse l)))
    ((f source . more)
     (need-procedure 'generator-map->list 0 f)
     (need-procedures 'generator-map->list 1 (cons source more))
     (let ((sources (cons source more)))
       (let loop ((l '()))
         (let ((xs (elements sources)))
           (if xs (loop (cons (%apply f xs) l)) (reverse l))))))))

;;; Searching. The rest of the source is left alone once the answer is known.

(define (generator-find wanted? source)
  (need-procedure 'generator-find 0 wanted?)
  (need-procedure 'generator-find 1 source)
  (let loop ()
    (let ((x (source)))
      (cond ((eof-object? x) #f)
            ((wanted? x) x)
            (else (loop))))))

(define (generator-count wanted? source)
  (need-procedure 'generator-count 0 wanted?)
  (need-procedure 'generator-count 1 source)
  (consume source (loop (n 0) x) (loop (if (wanted? x) (+ n 1) n)) n))

(define (generator-any wanted? source)
  (need-procedure 'generator-any 0 wanted?)
  (need-procedure 'generator-any 1 source)
  (let loop ()
    (let ((x (source)))
      (and (not (eof-object? x))
           (or (wanted? x) (loop))))))

(define (generator-every wanted? source)
  (need-procedure 'generator-every 0 wanted?)
  (need-procedure 'generator-every 1 source)
  (let loop ((last #t))
    (let ((x (source)))
      (if (eof-object? x)
          last
          (let ((v (wanted? x)))
            (and v (loop v)))))))

(define (generator-unfold source unfold . more)
  (need-procedure 'generator-unfold 0 source)
  (need-procedure 'generator-unfold 1 unfold)
  (%apply unfold eof-object? (lambda (x) x) (lambda (x) (source)) (source) more))
