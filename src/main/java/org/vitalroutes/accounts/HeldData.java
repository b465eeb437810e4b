package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;

/**
 * All that is held here of a person, but for the tokens, which are secrets.
 *
 * @param exportedAt when
 * @param held per table, its rows
 * @see <a href="https://eur-lex.europa.eu/eli/reg/2016/679/oj">GDPR, articles 15 and 20</a>
 */
public record HeldData(
    @JsonProperty("exported_at") Instant exportedAt,
    @JsonProperty("held") Map<String, RawJson> held) {}
