/** Fault tests: processes are killed and frozen, connections cut. */
@org.jspecify.annotations.NullMarked
package org.vitalroutes.faults;
