;;; Condition types.
;;;
;;; A type has a bit when the system raises conditions of it: those carry bits and no list of
;;; components. The bits are declared in `vm/src/condition.rs`.

(define-record-type condition-type
  (%make-type name parent bit mask slot fields start)
  condition-type?
  (name type-name)
  (parent type-parent)
  ;; The type's own bit, or 0.
  (bit type-bit)
  ;; The bits that say "of this type": its own and those of its subtypes.
  (mask type-mask set-type-mask!)
  ;; The field of a condition object that shows its one field to the system, or #f.
  (slot type-slot)
  (fields type-fields)
  ;; How many fields come from the supertypes.
  (start type-start))

(define (fields-end type) (+ (type-start type) (length (type-fields type))))

(define (make-type name parent bit slot fields)
  (let loop ((up parent))
    (if up
        (begin
          (set-type-mask! up (bitwise-ior bit (type-mask up)))
          (loop (type-parent up)))))
  (%make-type name parent bit bit slot fields (if parent (fields-end parent) 0)))

;; A type of the program's own: `parent` is a type, `fields` a list of symbols.
(define (make-condition-type name parent fields)
  (need-type 'make-condition-type 1 parent)
  (make-type name parent 0 #f fields))

(define (need-type who position type)
  (if (not (condition-type? type)) (%wrong-type who position "a condition type" type)))

(define (subtype? type super)
  (and type (or (eq? type super) (subtype? (type-parent type) super))))

;; The bits of a condition made with constructor of `type`.
(define (all-bits type)
  (if type
      (bitwise-ior (type-bit type) (all-bits (type-parent type)))
      0))

;; The field numbers of condition objects: `condition` in `vm/abi/src/layout.rs`.
(define slot-kinds 0)
(define slot-who 1)
(define slot-message 2)
(define slot-irritants 3)
(define slot-extra 6)

(define (kinds c) (%condition-ref c slot-kinds))

(define bits (%condition-kinds))
(define (bit name) (cdr (assq name bits)))
(define error-object-bit (bit 'error-object))
