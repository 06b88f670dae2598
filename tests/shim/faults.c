/* Makes system calls fail or do less than asked for, as the environment says. Loaded by LD_PRELOAD.
 *
 * FAULT_CALL     read or write
 * FAULT_TARGET   the descriptor, as #1, or a part of the path of the file
 * FAULT_AFTER    the number of bytes that are read or written before the first failure
 * FAULT_ERRNO    the error; none if not set
 * FAULT_TIMES    how often the call fails; always if not set
 * FAULT_SHORT    the most bytes of one call
 * FAULT_THREADS  the number of threads that can be started
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long done, failures, threads;

static long number(const char *name, long missing) {
    const char *value = getenv(name);
    return value ? atol(value) : missing;
}

static int is_target(const char *call, int fd) {
    const char *wanted = getenv("FAULT_CALL"), *target = getenv("FAULT_TARGET");
    char link[64], path[PATH_MAX];
    ssize_t length;
    if (!wanted || !target || strcmp(wanted, call) != 0)
        return 0;
    if (*target == '#')
        return fd == atoi(target + 1);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return strstr(path, target) != NULL;
}

/* Limits `count`; returns an error number if the call fails. */
static int fault(size_t *count) {
    long before = number("FAULT_AFTER", 0) - done, most = number("FAULT_SHORT", LONG_MAX);
    int error = number("FAULT_ERRNO", 0);
    if (*count > (size_t)most)
        *count = most;
    if (!error)
        return 0;
    if (before > 0) {
        if (*count > (size_t)before)
            *count = before;
        return 0;
    }
    return failures++ < number("FAULT_TIMES", LONG_MAX) ? error : 0;
}

/* The number of bytes that a call moved, or -1 with its error. */
#define CALL_WITH_FAULTS(name, fd, buffer, count, next)  \
    do {                                                 \
        int error;                                       \
        ssize_t result;                                  \
        if (!is_target(name, fd))                        \
            return next(fd, buffer, count);              \
        pthread_mutex_lock(&lock);                       \
        error = fault(&count);                           \
        result = error ? -1 : next(fd, buffer, count);   \
        done += result > 0 ? result : 0;                 \
        pthread_mutex_unlock(&lock);                     \
        if (error)                                       \
            errno = error;                               \
        return result;                                   \
    } while (0)

ssize_t read(int fd, void *buffer, size_t count) {
    ssize_t (*next)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    CALL_WITH_FAULTS("read", fd, buffer, count, next);
}

ssize_t write(int fd, const void *buffer, size_t count) {
    ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    CALL_WITH_FAULTS("write", fd, buffer, count, next);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
        dlsym(RTLD_NEXT, "pthread_create");
    if (__sync_fetch_and_add(&threads, 1) >= number("FAULT_THREADS", LONG_MAX))
        return EAGAIN;
    return next(thread, attributes, start, argument);
}
