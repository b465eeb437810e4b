/** The steps of {@code routes/links.camel.yaml} in Java. */
@NullMarked
package org.vitalroutes.steps.links;

import org.jspecify.annotations.NullMarked;
