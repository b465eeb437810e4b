package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What is JSON already.
 *
 * @param json as text
 */
public record RawJson(@JsonValue @JsonRawValue String json) {}
