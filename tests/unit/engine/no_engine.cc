// A shared object that is no engine: it lacks the factory.
extern "C" int prewarm_something_else() { return 1; }
