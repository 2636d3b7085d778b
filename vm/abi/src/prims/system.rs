//! Processes, time, environments, introspection.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_system {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_end! { { $($head)* } $($done)* system {
    "%values-mismatch" values_mismatch [Index Index] [] [] -> Obj Leaf [RAISE] [none];
    "void" void [] [] [Obj] -> Obj Leaf [] [none];
    "current-jiffy" current_jiffy [] [] [] -> Index Leaf [READ] [none];
    "jiffies-per-second" jiffies_per_second [] [] [] -> Index Leaf [FOLD] [none];
    "current-second" current_second [] [] [] -> Flonum Leaf [READ ALLOC] [none];
    "command-line" command_line [] [] [] -> List Leaf [RAISE READ ALLOC] [none];
    "get-environment-variable" get_environment_variable [String] [] [] -> Obj Leaf [RAISE READ ALLOC] [none];
    "get-environment-variables" get_environment_variables [] [] [] -> List Leaf [RAISE READ ALLOC] [none];
    "current-directory" current_directory [] [] [] -> String Leaf [RAISE READ ALLOC] [none];
    "%exit" exit [] [Obj] [] -> Obj Leaf [RAISE READ WRITE] [none];
    "emergency-exit" emergency_exit [] [Obj] [] -> Obj Leaf [RAISE READ WRITE] [none];
    "features" features [] [] [] -> List Leaf [RAISE ALLOC] [none];
    "version-alist" version_alist [] [] [] -> List Leaf [RAISE READ ALLOC] [none];
    "%runtime-seconds" runtime_seconds [] [] [] -> Flonum Leaf [READ ALLOC] [none];
    "gc-stats" gc_stats [] [] [] -> List Leaf [RAISE READ ALLOC] [none];
    "%collect" collect [] [Boolean] [] -> Obj Leaf [RAISE WRITE] [none];
    "procedure-name" procedure_name [Procedure] [] [] -> Obj Leaf [RAISE ALLOC] [none];
    "procedure-arity" procedure_arity [Procedure] [] [] -> Obj Leaf [RAISE ALLOC] [none];
    "condition?" condition_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Condition];
    "error-object?" error_object_p [Obj] [] [] -> Boolean Leaf [] [none];
    "error-object-message" error_object_message [Condition] [] [] -> Obj Leaf [READ] [none];
    "error-object-irritants" error_object_irritants [Condition] [] [] -> List Leaf [READ] [none];
    "read-error?" read_error_p [Obj] [] [] -> Boolean Leaf [] [none];
    "file-error?" file_error_p [Obj] [] [] -> Boolean Leaf [] [none];
    "%make-condition" make_condition [Index Obj Obj Obj] [Obj] [] -> Condition Leaf [RAISE ALLOC] [none];
    "%condition-ref" condition_ref [Condition Index] [] [] -> Obj Leaf [RAISE READ] [none];
    "%condition-kinds" condition_kinds [] [] [] -> List Leaf [ALLOC] [none];
    "%condition-report" condition_report [Condition] [] [] -> String Resumable [RAISE READ ALLOC] [none];
} } };
}
