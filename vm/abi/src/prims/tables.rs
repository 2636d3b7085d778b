//! Hash tables, weak things, guardians.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_tables {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_io! { { $($head)* } $($done)* tables {
    "hash-table?" hash_table_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind HashTable];
    "%make-table" make_table [Index Obj Obj] [Index] [] -> HashTable Leaf [RAISE ALLOC] [none];
    "%table-mode" table_mode [HashTable] [] [] -> Index Leaf [] [none];
    "%table-equivalence" table_equivalence [HashTable] [] [] -> Obj Leaf [] [none];
    "%table-hash" table_hash [HashTable] [] [] -> Obj Leaf [] [none];
    "%table-version" table_version [HashTable] [] [] -> Index Leaf [READ] [none];
    "%table-ref" table_ref [HashTable Obj Obj] [] [] -> Obj Resumable [RAISE READ] [none];
    "%table-set!" table_set_x [HashTable Obj Obj] [] [] -> Obj Resumable [RAISE WRITE ALLOC] [none];
    "%table-delete!" table_delete_x [HashTable Obj] [] [] -> Boolean Resumable [RAISE WRITE] [none];
    "%table-contains?" table_contains_p [HashTable Obj] [] [] -> Boolean Resumable [RAISE READ] [none];
    "%table-find" table_find [HashTable Index Obj] [] [] -> Obj Leaf [RAISE READ] [none];
    "%table-key-at" table_key_at [HashTable Index] [] [] -> Obj Leaf [RAISE READ] [none];
    "%table-value-at" table_value_at [HashTable Index] [] [] -> Obj Leaf [RAISE READ] [none];
    "%table-set-value-at!" table_set_value_at_x [HashTable Index Obj] [] [] -> Obj Leaf [RAISE WRITE] [none];
    "%table-insert!" table_insert_x [HashTable Index Obj Obj] [] [] -> Obj Resumable [RAISE WRITE ALLOC] [none];
    "%table-delete-at!" table_delete_at_x [HashTable Index] [] [] -> Obj Resumable [RAISE WRITE] [none];
    "%table-snapshot" table_snapshot [HashTable] [] [] -> Vector Resumable [RAISE READ ALLOC] [none];
    "hash-table-size" hash_table_size [HashTable] [] [] -> Index Leaf [READ] [none];
    "hash-table-clear!" hash_table_clear_x [HashTable] [] [] -> Obj Leaf [RAISE WRITE ALLOC] [none];
    "hash-table-copy" hash_table_copy [HashTable] [Obj] [] -> HashTable Resumable [RAISE READ ALLOC] [none];
    "hash-table-keys" hash_table_keys [HashTable] [] [] -> List Resumable [RAISE READ ALLOC] [none];
    "hash-table-values" hash_table_values [HashTable] [] [] -> List Resumable [RAISE READ ALLOC] [none];
    "hash-table->alist" hash_table_to_alist [HashTable] [] [] -> List Resumable [RAISE READ ALLOC] [none];
    "eq-hash" eq_hash [Obj] [Index] [] -> Index Leaf [RAISE] [none];
    "eqv-hash" eqv_hash [Obj] [Index] [] -> Index Leaf [RAISE] [none];
    "equal-hash" equal_hash [Obj] [Index] [] -> Index Resumable [RAISE READ] [none];
    "string-hash" string_hash [String] [Index] [] -> Index Resumable [RAISE READ] [none];
    "string-ci-hash" string_ci_hash [String] [Index] [] -> Index Resumable [RAISE READ] [none];
    "symbol-hash" symbol_hash [Symbol] [Index] [] -> Index Leaf [RAISE] [none];
    "make-weak-pair" make_weak_pair [Obj Obj] [] [] -> WeakPair Leaf [RAISE ALLOC] [none];
    "weak-pair?" weak_pair_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind WeakPair];
    "weak-car" weak_car [WeakPair] [] [] -> Obj Leaf [READ] [none];
    "weak-cdr" weak_cdr [WeakPair] [] [] -> Obj Leaf [READ] [none];
    "weak-pair-broken?" weak_pair_broken_p [WeakPair] [] [] -> Boolean Leaf [READ] [none];
    "make-ephemeron" make_ephemeron [Obj Obj] [] [] -> Ephemeron Leaf [RAISE ALLOC] [none];
    "ephemeron?" ephemeron_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Ephemeron];
    "ephemeron-key" ephemeron_key [Ephemeron] [] [] -> Obj Leaf [READ] [none];
    "ephemeron-datum" ephemeron_datum [Ephemeron] [] [] -> Obj Leaf [READ] [none];
    "ephemeron-broken?" ephemeron_broken_p [Ephemeron] [] [] -> Boolean Leaf [READ] [none];
    "reference-barrier" reference_barrier [Obj] [] [] -> Obj Leaf [READ WRITE] [none];
    "%make-guardian" make_guardian [] [] [] -> Guardian Leaf [RAISE ALLOC] [none];
    "%guardian?" guardian_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Guardian];
    "%guardian-register" guardian_register [Guardian Obj] [Obj] [] -> Obj Leaf [RAISE WRITE] [none];
    "%guardian-next" guardian_next [Guardian] [] [] -> Obj Leaf [RAISE READ WRITE] [none];
} } };
}
