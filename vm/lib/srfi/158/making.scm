;;; Making generators. Each is a closure over the state that it changes; at its end it answers
;;; end-of-file objects for ever.

(define end (eof-object))

(define-syntax need-number
  (syntax-rules ()
    ((_ who position n)
     (if (not (number? n)) (%wrong-type who position "a number" n)))))
(define-syntax need-count
  (syntax-rules ()
    ((_ who position n)
     (if (not (exact-nonnegative-integer? n))
         (%wrong-type who position "an exact nonnegative integer" n)))))
(define (need-procedures who position l)
  (if (pair? l)
      (begin
        (need-procedure who position (car l))
        (need-procedures who (+ position 1) (cdr l)))))

;; Generates the elements of `l`, which may be circular.
(define (walk-list l)
  (lambda ()
    (if (pair? l)
        (let ((x (car l)))
          (set! l (cdr l))
          x)
        end)))

(define (generator . l) (walk-list l))
(define (circular-generator x . l)
  (let ((l (cons x l)))
    (set-cdr! (last-pair l) l)
    (walk-list l)))
(define (list->generator l)
  (if (not (or (pair? l) (null? l))) (%wrong-type 'list->generator 0 "a list" l))
  (walk-list l))

;;; Numbers. An exact sequence is summed up; an inexact one is multiplied out, so that errors
;;; do not add up either.

(define (walk-numbers start step more?)
  (if (and (exact? start) (exact? step))
      (lambda ()
        (if (more? start)
            (let ((x start))
              (set! start (+ start step))
              x)
            end))
      (let ((i 0) (start (inexact start)))
        (lambda ()
          (let ((x (+ start (* i step))))
            (if (more? x)
                (begin (set! i (+ i 1)) x)
                end))))))

(define make-iota-generator
  (case-lambda
    ((count) (make-iota-generator count 0 1))
    ((count start) (make-iota-generator count start 1))
    ((count start step)
     (if (not (and (integer? count) (>= count 0)))
         (%wrong-type 'make-iota-generator 0 "a nonnegative integer" count))
     (need-number 'make-iota-generator 1 start)
     (need-number 'make-iota-generator 2 step)
     (let ((left (exact count)))
       (walk-numbers start step
                     (lambda (x)
                       (and (> left 0)
                            (begin (set! left (- left 1)) #t))))))))

(define make-range-generator
  (case-lambda
    ((start)
     (need-number 'make-range-generator 0 start)
     (walk-numbers start 1 (lambda (x) #t)))
    ((start end) (make-range-generator start end 1))
    ((start end step)
     (need-number 'make-range-generator 0 start)
     (need-number 'make-range-generator 1 end)
     (need-number 'make-range-generator 2 step)
     (walk-numbers start step (lambda (x) (< x end))))))

;;; Coroutines. `resume` goes on with the body, `return` answers the call in progress; each side
;;; notes its own continuation before it leaves.

(define (make-coroutine-generator f)
  (need-procedure 'make-coroutine-generator 0 f)
  (let ((return #f) (resume #f) (done? #f))
    (define (yield x)
      (call-with-current-continuation
       (lambda (k)
         (set! resume k)
         (return x))))
    (define (start)
      (f yield)
      (set! done? #t)
      (set! resume #f)
      (return end))
    (lambda ()
      (if done?
          end
          (call-with-current-continuation
           (lambda (k)
             (set! return k)
             (if resume (resume #f) (start))))))))

(define (make-for-each-generator for-each collection)
  (need-procedure 'make-for-each-generator 0 for-each)
  (make-coroutine-generator (lambda (yield) (for-each yield collection))))

(define (make-unfold-generator stop? mapper successor seed)
  (need-procedure 'make-unfold-generator 0 stop?)
  (need-procedure 'make-unfold-generator 1 mapper)
  (need-procedure 'make-unfold-generator 2 successor)
  (lambda ()
    (if (stop? seed)
        end
        (let ((x (mapper seed)))
          (set! seed (successor seed))
          x))))

;;; Elements of a range of a sequence

(define-syntax define-sequence-generator
  (syntax-rules ()
    ((_ name type? expected length (s start end) walk)
     (define name
       (case-lambda
         ((s) (name s 0))
         ((s start)
          (if (not (type? s)) (%wrong-type 'name 0 expected s))
          (name s start (length s)))
         ((s start end)
          (if (not (type? s)) (%wrong-type 'name 0 expected s))
          (need-count 'name 1 start)
          (need-count 'name 2 end)
          (if (> end (length s)) (%bad-range 'name 2 end))
          (if (> start end) (%bad-range 'name 1 start))
          walk))))))

(define-syntax upwards
  (syntax-rules ()
    ((_ ref s i stop)
     (lambda ()
       (if (< i stop)
           (let ((x (ref s i)))
             (set! i (+ i 1))
             x)
           end)))))

(define-sequence-generator vector->generator vector? "a vector" vector-length
  (v start stop) (upwards vector-ref v start stop))
(define-sequence-generator string->generator string? "a string" string-length
  (s start stop) (upwards string-ref s start stop))
(define-sequence-generator bytevector->generator bytevector? "a bytevector" bytevector-length
  (b start stop) (upwards bytevector-u8-ref b start stop))
(define-sequence-generator reverse-vector->generator vector? "a vector" vector-length
  (v start stop)
  (lambda ()
    (if (> stop start)
        (begin
          (set! stop (- stop 1))
          (vector-ref v stop))
        end)))
