package org.vitalroutes.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What was erased.
 *
 * @param erasedAt when
 * @param disconnected what was done to end the connections that were open
 * @param erased per table, how many rows are gone
 * @param renamed rows of the audit trail that stay, without a name
 * @param keptOnFhirServer resources that were delivered; they are the FHIR server's and stay there
 * @see <a href="https://eur-lex.europa.eu/eli/reg/2016/679/oj">GDPR, article 17</a>
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ErasureReceipt(
    Instant erasedAt,
    List<DisconnectReceipt> disconnected,
    Map<String, Long> erased,
    @JsonProperty("renamed_in_audit") long renamed,
    long keptOnFhirServer) {}
