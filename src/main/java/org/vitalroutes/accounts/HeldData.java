package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Map;

/**
 * All that is held here of a person, but for the tokens, which are secrets.
 *
 * @param exportedAt when
 * @param held per table, its rows
 * @see <a href="https://eur-lex.europa.eu/eli/reg/2016/679/oj">GDPR, articles 15 and 20</a>
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record HeldData(Instant exportedAt, Map<String, RawJson> held) {}
