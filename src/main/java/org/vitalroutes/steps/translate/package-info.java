/** The steps of {@code routes/translate.camel.yaml}. */
@NullMarked
package org.vitalroutes.steps.translate;

import org.jspecify.annotations.NullMarked;
