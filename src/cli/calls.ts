/** Imports that can end the process or change it for everybody in it. */

const telling = new Set(
  `exit _exit _Exit quick_exit abort raise kill tgkill pthread_kill __assert_fail _ZSt9terminatev
  fork vfork clone system popen posix_spawn posix_spawnp daemon execl execle execlp execv execve execvp execvpe fexecve
  signal sigaction sigprocmask pthread_sigmask sigaltstack __sysv_signal bsd_signal sigqueue alarm setitimer
  atexit on_exit at_quick_exit chdir fchdir chroot umask setenv putenv unsetenv clearenv setlocale
  setuid setgid seteuid setegid setreuid setregid setresuid setresgid setrlimit prctl ptrace unshare setns
  mlockall personality dlopen dlmopen dlclose
  ExitProcess TerminateProcess CreateProcessA CreateProcessW ShellExecuteA ShellExecuteW SetUnhandledExceptionFilter
  SetCurrentDirectoryA SetCurrentDirectoryW SetErrorMode LoadLibraryA LoadLibraryW LoadLibraryExA LoadLibraryExW`.split(
    /\s+/,
  ),
);

/** Those of `imports`, in their order. A library that asks the kernel itself shows none. */
export function tellingCalls(imports: readonly string[]): string[] {
  return imports.filter((name) => telling.has(name));
}
