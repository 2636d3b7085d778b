//! What a made-up program may not do: touch files, start processes, talk to the network, signal
//! others. Some would by chance, and with the rights of whoever runs the tests. Linux refuses these
//! system calls to a process that asked for it (`seccomp(2)`); programs get an error, like any other.

/// Whether this system can keep programs in.
pub(crate) const AVAILABLE: bool = cfg!(target_os = "linux");

/// System calls that are refused.
#[cfg(target_os = "linux")]
const REFUSED: &[libc::c_long] = &[
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_mkdirat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_mknodat,
    libc::SYS_fchmodat,
    libc::SYS_fchownat,
    libc::SYS_truncate,
    libc::SYS_ftruncate,
    libc::SYS_chdir,
    libc::SYS_chroot,
    libc::SYS_mount,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_clone3,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_socket,
    libc::SYS_ptrace,
    libc::SYS_reboot,
];
/// The same by their older names, where there are such.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const REFUSED_OLD: &[libc::c_long] = &[
    libc::SYS_open,
    libc::SYS_creat,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_mknod,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_fork,
    libc::SYS_vfork,
];
#[cfg(all(target_os = "linux", not(target_arch = "x86_64")))]
const REFUSED_OLD: &[libc::c_long] = &[];

/// Shuts this process in, for good.
#[cfg(target_os = "linux")]
pub(crate) fn enter() {
    let step = |code: u32, k: u32, yes: usize| libc::sock_filter { code: code as u16, jt: yes as u8, jf: 0, k };
    let refused: Vec<libc::c_long> = REFUSED.iter().chain(REFUSED_OLD).copied().collect();
    // The number of the system call; a jump to the end for each that is refused; allow; refuse.
    let mut filter = vec![step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0)];
    let count = refused.len();
    filter.extend(refused.iter().enumerate().map(|(i, &call)| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, call as u32, count - i)));
    filter.push(step(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0));
    filter.push(step(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EACCES as u32, 0));
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: plain system calls; the program is well formed and lives for the call.
    unsafe {
        assert!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no sandbox: {}", std::io::Error::last_os_error());
        assert!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) == 0, "no sandbox: {}", std::io::Error::last_os_error());
    }
}

/// There is nothing to shut this process in with.
#[cfg(not(target_os = "linux"))]
pub(crate) fn enter() {
    panic!("programs are not to be run without a sandbox");
}
