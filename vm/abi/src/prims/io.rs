//! Ports, reading, writing, files.

#[macro_export]
#[doc(hidden)]
macro_rules! prims_io {
    ({ $($head:tt)* } $($done:tt)*) => { $crate::prims_system! { { $($head)* } $($done)* io {
    "port?" port_p [Obj] [] [] -> Boolean Leaf [FOLD] [kind Port];
    "input-port?" input_port_p [Obj] [] [] -> Boolean Leaf [] [none];
    "output-port?" output_port_p [Obj] [] [] -> Boolean Leaf [] [none];
    "textual-port?" textual_port_p [Obj] [] [] -> Boolean Leaf [] [none];
    "binary-port?" binary_port_p [Obj] [] [] -> Boolean Leaf [] [none];
    "input-port-open?" input_port_open_p [Port] [] [] -> Boolean Leaf [RAISE READ] [none];
    "output-port-open?" output_port_open_p [Port] [] [] -> Boolean Leaf [RAISE READ] [none];
    "close-port" close_port [Port] [] [] -> Obj Resumable [RAISE WRITE] [none];
    "close-input-port" close_input_port [Port] [] [] -> Obj Resumable [RAISE WRITE] [none];
    "close-output-port" close_output_port [Port] [] [] -> Obj Resumable [RAISE WRITE] [none];
    "%stdin-port" stdin_port [] [] [] -> Port Leaf [RAISE READ ALLOC] [none];
    "%stdout-port" stdout_port [] [] [] -> Port Leaf [RAISE READ ALLOC] [none];
    "%stderr-port" stderr_port [] [] [] -> Port Leaf [RAISE READ ALLOC] [none];
    "%default-port" default_port [Index] [] [] -> Port Leaf [RAISE READ ALLOC] [none];
    "%set-default-port!" set_default_port_x [Index Port] [] [] -> Obj Leaf [RAISE WRITE] [none];
    "open-input-string" open_input_string [String] [] [] -> Port Resumable [RAISE READ ALLOC] [none];
    "open-output-string" open_output_string [] [] [] -> Port Leaf [RAISE ALLOC] [none];
    "get-output-string" get_output_string [Port] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "open-input-bytevector" open_input_bytevector [Bytevector] [] [] -> Port Resumable [RAISE READ ALLOC] [none];
    "open-output-bytevector" open_output_bytevector [] [] [] -> Port Leaf [RAISE ALLOC] [none];
    "get-output-bytevector" get_output_bytevector [Port] [] [] -> Bytevector Resumable [RAISE READ ALLOC] [none];
    "open-input-file" open_input_file [String] [] [] -> Port Resumable [RAISE READ WRITE ALLOC] [none];
    "open-binary-input-file" open_binary_input_file [String] [] [] -> Port Resumable [RAISE READ WRITE ALLOC] [none];
    "open-output-file" open_output_file [String] [] [] -> Port Resumable [RAISE READ WRITE ALLOC] [none];
    "open-binary-output-file" open_binary_output_file [String] [] [] -> Port Resumable [RAISE READ WRITE ALLOC] [none];
    "%open-append-file" open_append_file [String Boolean] [] [] -> Port Resumable [RAISE READ WRITE ALLOC] [none];
    "file-exists?" file_exists_p [String] [] [] -> Boolean Resumable [RAISE READ] [none];
    "delete-file" delete_file [String] [] [] -> Obj Resumable [RAISE WRITE] [none];
    "read-char" read_char [] [Port] [] -> Obj Resumable [RAISE READ WRITE] [fast ReadChar];
    "peek-char" peek_char [] [Port] [] -> Obj Resumable [RAISE READ WRITE] [fast PeekChar];
    "char-ready?" char_ready_p [] [Port] [] -> Boolean Leaf [RAISE READ WRITE] [none];
    "read-line" read_line [] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "read-string" read_string [Index] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "read-u8" read_u8 [] [Port] [] -> Obj Resumable [RAISE READ WRITE] [fast ReadByte];
    "peek-u8" peek_u8 [] [Port] [] -> Obj Resumable [RAISE READ WRITE] [fast PeekByte];
    "u8-ready?" u8_ready_p [] [Port] [] -> Boolean Leaf [RAISE READ WRITE] [none];
    "read-bytevector" read_bytevector [Index] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "read-bytevector!" read_bytevector_x [Bytevector] [Port Index Index] [] -> Obj Resumable [RAISE READ WRITE] [none];
    "write-char" write_char [Char] [Port] [] -> Obj Resumable [RAISE WRITE ALLOC] [fast WriteChar];
    "write-string" write_string [String] [Port Index Index] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "write-u8" write_u8 [Byte] [Port] [] -> Obj Resumable [RAISE WRITE ALLOC] [fast WriteByte];
    "write-bytevector" write_bytevector [Bytevector] [Port Index Index] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "newline" newline [] [Port] [] -> Obj Resumable [RAISE WRITE ALLOC] [none];
    "fresh-line" fresh_line [] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "flush-output-port" flush_output_port [] [Port] [] -> Obj Resumable [RAISE WRITE] [none];
    "write" write [Obj] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "write-shared" write_shared [Obj] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "write-simple" write_simple [Obj] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "display" display [Obj] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "%write-to-string" write_to_string [Obj] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "%display-to-string" display_to_string [Obj] [] [] -> String Resumable [RAISE READ ALLOC] [none];
    "read" read [] [Port] [] -> Obj Resumable [RAISE READ WRITE ALLOC] [none];
    "eof-object" eof_object [] [] [] -> Obj Leaf [FOLD] [none];
    "eof-object?" eof_object_p [Obj] [] [] -> Boolean Leaf [FOLD] [is EOF];
    "%port-name" port_name [Port] [] [] -> Obj Leaf [READ] [none];
    "%port-line" port_line [Port] [] [] -> Obj Leaf [READ] [none];
    "%port-column" port_column [Port] [] [] -> Obj Leaf [READ] [none];
    "%port-fold-case!" port_fold_case_x [Port Boolean] [] [] -> Obj Leaf [WRITE] [none];
    "%flush-all-ports" flush_all_ports [] [] [] -> Obj Resumable [WRITE] [none];
} } };
}
