/** The steps of {@code routes/receive.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.receive;

import org.jspecify.annotations.NullMarked;
