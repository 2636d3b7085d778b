//! Vectors, bytevectors, records, promises.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_vectors {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_tables! { { $($head)* } $($done)* vectors {
    "vector?" vector_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Vector];
    "vector-length" vector_length [Vector] [] [] -> Index Leaf [RAISE] [val VectorLength];
    "vector-ref" vector_ref [Vector Index] [] [] -> Obj Leaf [RAISE READ] [val VectorRef];
    "vector-set!" vector_set_x [Vector Index Obj] [] [] -> Obj Leaf [RAISE WRITE] [eff VectorSet];
    "bytevector?" bytevector_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Bytevector];
    "bytevector-u8-ref" bytevector_u8_ref [Bytevector Index] [] [] -> Byte Leaf [RAISE READ] [val BytevectorRef];
    "bytevector-u8-set!" bytevector_u8_set_x [Bytevector Index Byte] [] [] -> Obj Leaf [RAISE WRITE] [eff BytevectorSet];
    "%make-record-type" make_record_type [Obj Obj] [] [] -> RecordType Leaf [ALLOC] [none];
    "%make-record" make_record [RecordType] [] [Obj] -> Record Leaf [ALLOC RAISE] [fast MakeRecord];
    "%record?" record_p [Obj RecordType] [] [] -> Boolean Leaf [] [fast IsRecord];
    "make-vector" make_vector [Index] [Obj] [] -> Vector Resumable [RAISE ALLOC] [none];
    "vector" vector [] [] [Obj] -> Vector Leaf [RAISE ALLOC] [fast Vector];
    "vector->list" vector_to_list [Vector] [Index Index] [] -> List Resumable [RAISE READ ALLOC] [none];
    "list->vector" list_to_vector [List] [] [] -> Vector Resumable [RAISE READ ALLOC] [none];
    "vector-fill!" vector_fill_x [Vector Obj] [Index Index] [] -> Obj Resumable [RAISE WRITE] [none];
    "vector-copy" vector_copy [Vector] [Index Index] [] -> Vector Resumable [RAISE READ ALLOC] [none];
    "subvector" subvector [Vector Index Index] [] [] -> Vector Resumable [RAISE READ ALLOC] [none];
    "vector-copy!" vector_copy_x [Vector Index Vector] [Index Index] [] -> Obj Resumable [RAISE READ WRITE] [none];
    "vector-append" vector_append [] [] [Vector] -> Vector Resumable [RAISE READ ALLOC] [none];
    "bytevector" bytevector [] [] [Byte] -> Bytevector Leaf [RAISE ALLOC] [none];
    "make-bytevector" make_bytevector [Index] [Byte] [] -> Bytevector Resumable [RAISE ALLOC] [none];
    "bytevector-length" bytevector_length [Bytevector] [] [] -> Index Leaf [] [none];
    "bytevector-copy" bytevector_copy [Bytevector] [Index Index] [] -> Bytevector Resumable [RAISE READ ALLOC] [none];
    "bytevector-copy!" bytevector_copy_x [Bytevector Index Bytevector] [Index Index] [] -> Obj Resumable [RAISE READ WRITE] [none];
    "bytevector-append" bytevector_append [] [] [Bytevector] -> Bytevector Resumable [RAISE READ ALLOC] [none];
    "bytevector-fill!" bytevector_fill_x [Bytevector Byte] [Index Index] [] -> Obj Resumable [RAISE WRITE] [none];
    "bytevector=?" bytevector_eq_p [Bytevector] [] [Bytevector] -> Boolean Resumable [READ] [none];
    "%any-record?" any_record_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Record];
    "%record-type?" record_type_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind RecordType];
    "%record-type-of" record_type_of [Record] [] [] -> RecordType Leaf [] [none];
    "%record-type-name" record_type_name [RecordType] [] [] -> Obj Leaf [] [none];
    "%record-type-fields" record_type_fields [RecordType] [] [] -> Vector Leaf [] [none];
    "%record-field" record_field [Record Index] [] [] -> Obj Leaf [RAISE READ] [none];
    "%make-promise" make_promise [Boolean Obj] [] [] -> Promise Leaf [RAISE ALLOC] [none];
    "promise?" promise_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Promise];
    "%promise-done?" promise_done_p [Promise] [] [] -> Boolean Leaf [READ] [none];
    "%promise-value" promise_value [Promise] [] [] -> Obj Leaf [READ] [none];
    "%promise-set!" promise_set_x [Promise Boolean Obj] [] [] -> Obj Leaf [WRITE] [none];
    "%promise-update!" promise_update_x [Promise Promise] [] [] -> Obj Leaf [WRITE] [none];
    "box" box_new [Obj] [] [] -> Obj Leaf [RAISE ALLOC] [none];
    "box?" box_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Box];
    "unbox" unbox [Obj] [] [] -> Obj Leaf [RAISE READ] [none];
    "set-box!" set_box_x [Obj Obj] [] [] -> Obj Leaf [RAISE WRITE] [none];
} } };
}
