// jemalloc reads this symbol before main. MALLOC_CONF in the environment overrides it.
//  prof:true          heap profiles can be switched on later; costs nothing measurable until then
//                     (docs/memory.md), and cannot be added once the process runs
//  background_thread  unused pages go back to the system by a thread of jemalloc's, also when nobody
//                     allocates any more
//  *_decay_ms         how long they are kept for reuse: a burst is forgotten well within a minute
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "prof:true,prof_active:false,lg_prof_sample:19,background_thread:true,dirty_decay_ms:5000,"
    "muzzy_decay_ms:5000";
}
