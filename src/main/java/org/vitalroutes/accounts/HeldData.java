package org.vitalroutes.accounts;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Map;

/**
 * All data held about a person, except the tokens, which are secrets.
 *
 * @param exportedAt when the export was made
 * @param held rows by table
 * @see <a href="https://eur-lex.europa.eu/eli/reg/2016/679/oj">GDPR, articles 15 and 20</a>
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record HeldData(Instant exportedAt, Map<String, RawJson> held) {}
