/**
 * Measures Vitalroutes beside its ceilings, in one run: {@code ./mvnw -Pbench test-compile
 * exec:exec}.
 */
package org.vitalroutes.bench;
