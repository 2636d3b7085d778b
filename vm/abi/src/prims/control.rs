//! Control: values, application, continuations, dynamic state.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_control {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_lists! { { $($head)* } $($done)* control {
    "values" values [] [] [Obj] -> Obj Control [] [control Values];
    "%values-list" values_list [Obj] [] [] -> Obj Control [RAISE] [control ValuesList];
    "call-with-values" call_with_values [Procedure Procedure] [] [] -> Obj Control [RAISE READ WRITE ALLOC] [control CallWithValues];
    "%apply" apply [Procedure Obj] [] [Obj] -> Obj Control [RAISE READ WRITE ALLOC] [control Apply];
    "%capture" capture [] [] [] -> Kont Control [RAISE ALLOC] [control Capture];
    "%throw" throw [Kont] [] [Obj] -> Obj Control [RAISE READ WRITE] [control Throw];
    "%throw-list" throw_list [Kont Obj] [] [] -> Obj Control [RAISE READ WRITE] [control ThrowList];
    "%record-ref" record_ref [Obj RecordType Index] [] [] -> Obj Leaf [RAISE READ] [control RecordRef];
    "%record-set!" record_set [Obj RecordType Index Obj] [] [] -> Obj Leaf [RAISE WRITE] [control RecordSet];
    "%unbound" unbound [] [] [] -> Obj Control [] [control Unbound];
    "%check-bound" check_bound [Obj] [] [] -> Obj Control [RAISE READ] [control CheckBound];
    "%dynamic" dynamic [] [] [] -> Dynamic Leaf [READ] [fast Dynamic];
    "%set-dynamic!" set_dynamic [Dynamic] [] [] -> Obj Leaf [WRITE] [fast SetDynamic];
    "%make-dynamic" make_dynamic [Obj Obj Obj Obj Obj] [] [] -> Dynamic Leaf [ALLOC] [none];
    "%dynamic-ref" dynamic_ref [Dynamic Index] [] [] -> Obj Leaf [] [fast DynamicRef];
    "%kont-dynamic" kont_dynamic [Kont] [] [] -> Dynamic Leaf [READ] [none];
    "%set-hook!" set_hook [Symbol Procedure] [] [] -> Obj Leaf [RAISE WRITE] [none];
    "%compile" compile [Obj Environment] [] [] -> List Leaf [RAISE READ WRITE ALLOC] [none];
    "%load-source" load_source [String String] [] [] -> Fixnum Leaf [RAISE READ WRITE ALLOC] [none];
    "%load-next" load_next [Fixnum Environment] [] [] -> Obj Leaf [RAISE READ WRITE ALLOC] [none];
    "%environment" environment [List] [] [] -> Pair Leaf [RAISE READ WRITE ALLOC] [none];
    "%interaction-environment" interaction_environment [] [] [] -> Environment Leaf [READ ALLOC RAISE] [none];
    "%uncaught" uncaught [Obj] [] [] -> Obj Leaf [RAISE WRITE] [none];
    "procedure?" procedure_p [Obj] [] [] -> Boolean Leaf [FOLD] [tag 0x07 0x04];
} } };
}
