/**
 * Which calls of the kernel the programs of a workspace may make. All others fail with EPERM (clone3 with ENOSYS, so that libc takes clone): among them
 * those by which a program traces another, mounts, makes namespaces, loads code into the kernel, keeps keys, or uses io_uring.
 */
const allowed = [
  // Files
  'access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fadvise64_64 fallocate',
  'fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat',
  'fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init',
  'inotify_init1 inotify_rm_watch ioctl lchown lchown32 lgetxattr link linkat listxattr llistxattr lremovexattr lseek _llseek lsetxattr lstat',
  'lstat64 mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink',
  'readlinkat readv removexattr rename renameat renameat2 rmdir sendfile sendfile64 setxattr splice stat stat64 statfs statfs64 statx symlink',
  'symlinkat sync sync_file_range syncfs tee truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev',
  // Memory
  'brk madvise memfd_create mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap msync munlock munlockall munmap pkey_alloc pkey_free',
  'pkey_mprotect membarrier get_mempolicy set_mempolicy mbind',
  // Processes
  'arch_prctl capget capset execve execveat exit exit_group fork getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid',
  'getpgrp getpid getppid getpriority getresgid getresgid32 getresuid getresuid32 getrlimit getrusage getsid gettid getuid getuid32 kill',
  'landlock_add_rule landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal prctl prlimit64 rseq sched_get_priority_max',
  'sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr',
  'sched_setparam sched_setscheduler sched_yield seccomp set_robust_list get_robust_list set_thread_area get_thread_area set_tid_address setfsgid',
  'setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setpriority setregid setregid32 setresgid setresgid32 setresuid',
  'setresuid32 setreuid setreuid32 setrlimit setsid setuid setuid32 tgkill tkill ugetrlimit uname vfork wait4 waitid waitpid sysinfo times',
  'getcpu getrandom ioprio_get ioprio_set',
  // Signals, waiting, time
  'alarm clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 epoll_create epoll_create1 epoll_ctl',
  'epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 futex futex_time64 futex_waitv getitimer gettimeofday nanosleep',
  'pause poll ppoll ppoll_time64 pselect6 pselect6_time64 restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn',
  'rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo select _newselect setitimer sigaltstack signalfd signalfd4 sigprocmask',
  'sigreturn time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create',
  'timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64',
  // Between processes
  'accept accept4 bind connect getpeername getsockname getsockopt ipc listen mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink',
  'msgctl msgget msgrcv msgsnd pipe pipe2 recv recvfrom recvmmsg recvmsg semctl semget semop semtimedop send sendmmsg sendmsg sendto setsockopt',
  'shmat shmctl shmdt shmget shutdown socketpair',
  // Old ways of doing nothing in particular
  'io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit',
].flatMap(line => line.split(' '));

/** Namespaces of any kind: of cgroups, hosts, IPC, users, processes, networks, mounts, time. */
const newNamespaces = 0x7e020080;
/** Sockets inside, and the way in which programs ask for their own addresses. */
const families = { unix: 1, ipv4: 2, ipv6: 10, netlink: 16 };
const [eperm, enosys] = [1, 38];

/** The profile as engines take it. */
export const seccompProfile: string = JSON.stringify({
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: eperm,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
  ],
  syscalls: [
    { names: allowed, action: 'SCMP_ACT_ALLOW' },
    {
      names: ['clone'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value: newNamespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
    },
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: enosys },
    ...Object.values(families).map(family => ({
      names: ['socket'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value: family, op: 'SCMP_CMP_EQ' }],
    })),
    // Which personality a program has is asked; only the usual ones are taken.
    ...[0x0, 0x8, 0x20000, 0x20008, 0xffffffff].map(value => ({
      names: ['personality'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
    })),
  ],
});
