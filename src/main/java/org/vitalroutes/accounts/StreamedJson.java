package org.vitalroutes.accounts;

import java.io.InputStream;

/**
 * An answer that is JSON already and too large to be held in memory.
 *
 * @param stream read once, and closed when the answer is written
 */
public record StreamedJson(InputStream stream) {}
