# Memory for a second JVM: the live release and the new one run side by side for a while. Sizes in KiB.

# What a JVM takes beside its heap: classes, code, threads, buffers.
beside_heap=102400
# What no JVM does without.
smallest_jvm=65536

# inspect_memory: refuses a host whose memory cannot hold the new release beside the live one, and tells where it is
# tight. Where something cannot be read nothing is claimed. Fails as memory-short.
inspect_memory() {
    read_memory /proc/meminfo || return 0
    heed_limit "$(unit_property "$idle" MemoryMax)" 0
    heap_ram=$memory_ram
    heed_limit "$(service_property system.slice MemoryMax)" "$(used_memory /sys/fs/cgroup/system.slice/memory.stat)"
    live_resident=''
    [ -z "$live" ] || live_resident=$(resident_memory "$(process_of "$live")")
    idle_resident=$(resident_memory "$idle_pid")
    judge_memory
}

# read_memory FILE: sets memory_ram, memory_available, swap_all and swap_free from a meminfo file; 1 where the kernel
# does not tell what is available.
read_memory() {
    memory_facts=$(awk '
        { value[$1] = $2 }
        END {
            if (value["MemTotal:"] && value["MemAvailable:"] != "")
                printf "%.0f %.0f %.0f %.0f", value["MemTotal:"], value["MemAvailable:"], value["SwapTotal:"], value["SwapFree:"]
        }' "$1")
    [ -n "$memory_facts" ] || return 1
    read -r memory_ram memory_available swap_all swap_free <<FACTS
$memory_facts
FACTS
}

# heed_limit BYTES USED: a cgroup may take no more than BYTES (or `infinity`), and USED of it is taken.
heed_limit() {
    case $1 in '' | *[!0-9]* | ????????????????*) return 0 ;; esac
    limit_left=$(($1 / 1024 - $2))
    [ "$limit_left" -ge 0 ] || limit_left=0
    [ "$memory_ram" -le "$(($1 / 1024))" ] || memory_ram=$(($1 / 1024))
    [ "$memory_available" -le "$limit_left" ] || memory_available=$limit_left
}

# used_memory FILE: what a cgroup's processes hold for themselves, by its memory.stat; 0 where that is not kept.
used_memory() {
    { awk '$1 == "anon" { used = $2 } END { printf "%.0f", used / 1024 }' "$1" 2>/dev/null; } || echo 0
}

# resident_memory PID: what it has in memory; nothing where that cannot be read.
resident_memory() {
    [ "${1:-0}" = 0 ] || sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$1/status" 2>/dev/null || :
}

# judge_memory: by what was read above, and what the new release's launch options say of its heap.
judge_memory() {
    memory_free=$((memory_available + swap_free + ${idle_resident:-0}))
    heap_most='' heap_words=''
    if [ "$heap_max" -gt 0 ]; then
        heap_most=$((heap_max / 1024))
    elif [ "$heap_share" -gt 0 ]; then
        heap_most=$((heap_ram * heap_share / 10000))
        heap_words=", $((heap_share / 100))% of the memory"
    fi
    if [ "$heap_most" ] && [ "$heap_most" -gt "$((memory_ram + swap_all))" ]; then
        fail memory-short "The new release may take a heap of $(as_mib "$heap_most"), more than the $(as_mib "$((memory_ram + swap_all))") of memory and swap that it could have here in all. ${done_before:-Nothing was changed.}" \
            "Give a lower -Xmx in java-opts, or use a larger host."
    fi
    least=${live_resident:-$((heap_start / 1024))}
    [ "$least" -gt 0 ] || least=$smallest_jvm
    if [ "$heap_most" ] && [ "$least" -gt "$((heap_most + beside_heap))" ]; then least=$((heap_most + beside_heap)); fi
    if [ "$memory_free" -lt "$least" ]; then
        if [ "$live_resident" ]; then live_words=" beside the live one, which takes $(as_mib "$live_resident")"; else live_words=''; fi
        fail memory-short "The new release needs about $(as_mib "$least")$live_words, and $(as_mib "$memory_free") of memory and swap are free. ${done_before:-Nothing was changed.}" \
            "Give a lower -Xmx in java-opts, stop what else runs on the host, add swap, or use a larger host."
    fi
    if [ "$heap_most" ] && [ "$memory_free" -lt "$((heap_most + beside_heap))" ]; then
        tell finding "memory is tight: until the old release is stopped, the new one may take $(as_mib "$((heap_most + beside_heap))") (a heap of $(as_mib "$heap_most")$heap_words, and about $(as_mib "$beside_heap") beside it), and $(as_mib "$memory_free") of memory and swap are free: $(as_mib "$((heap_most + beside_heap - memory_free))") would be missing at worst. A lower -Xmx in java-opts, swap, or a larger host helps"
    fi
}

# as_mib KIB
as_mib() {
    echo "$((($1 + 512) / 1024)) MiB"
}
