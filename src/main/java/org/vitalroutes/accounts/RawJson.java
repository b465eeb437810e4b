package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Serialized JSON.
 *
 * @param json JSON text
 */
public record RawJson(@JsonValue @JsonRawValue String json) {}
