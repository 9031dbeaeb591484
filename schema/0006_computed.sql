-- 0006_computed.sql — what computed fields call (libcore/base/formula.h): SQLite is given the same.

--@postgres
CREATE FUNCTION rule_number_text(x double precision) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN abs(x) = 'Infinity' THEN NULL
                WHEN x = 0 THEN '0'
                WHEN abs(x) >= 1e15 AND abs(x) < 1e16
                    THEN CAST(CAST(CAST(x AS text) AS numeric) AS text)
                ELSE CAST(x AS text) END
$$;
CREATE FUNCTION rule_number(x text) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF octet_length(x) > 64
       OR x !~ '^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$' THEN
        RETURN NULL;
    END IF;
    RETURN CAST(x AS double precision);
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN CASE WHEN abs(CAST(x AS numeric)) < 1 THEN 0 END;
END $$;
CREATE FUNCTION rule_round(x double precision, places double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF abs(x) = 'Infinity' THEN RETURN x; END IF;
    RETURN CAST(round(CAST(CAST(x AS text) AS numeric),
                      CAST(trunc(greatest(-30, least(30, places))) AS integer))
                AS double precision);
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN sign(x) * CAST('Infinity' AS double precision);
END $$;
-- As SQLite's substr, which counts from the end and backwards too.
CREATE FUNCTION rule_part(x text, start double precision, count double precision) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    f bigint := CAST(trunc(greatest(-2147483647, least(2147483647, start))) AS bigint);
    n bigint := CAST(trunc(greatest(-2147483647, least(2147483647, count))) AS bigint);
    back boolean := n < 0;
BEGIN
    n := abs(n);
    IF f < 0 THEN
        f := f + length(x);
        IF f < 0 THEN
            n := greatest(0, n + f);
            f := 0;
        END IF;
    ELSIF f > 0 THEN
        f := f - 1;
    ELSIF n > 0 THEN
        n := n - 1;
    END IF;
    IF back THEN
        f := f - n;
        IF f < 0 THEN
            n := n + f;
            f := 0;
        END IF;
    END IF;
    IF f >= length(x) THEN RETURN ''; END IF;
    RETURN substr(x, CAST(f + 1 AS integer), CAST(least(n, length(x)) AS integer));
END $$;
CREATE FUNCTION rule_after(t bigint, n double precision, unit double precision) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    span double precision;
BEGIN
    IF abs(n) > 1e12 THEN RETURN NULL; END IF;
    span := floor(n * unit + 0.5);
    IF abs(span) > 1e18 THEN RETURN NULL; END IF;
    t := t + CAST(span AS bigint);
    RETURN CASE WHEN t BETWEEN -62135596800000000 AND 253402300799999999 THEN t END;
END $$;
-- The days before t since 1970, whole ones.
CREATE FUNCTION rule_day(t bigint) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CAST((t - mod(mod(t, 86400000000) + 86400000000, 86400000000)) / 86400000000 AS integer)
$$;
CREATE FUNCTION rule_months_after(t bigint, n double precision, months double precision)
RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    d date := DATE '1970-01-01' + rule_day(t);
    m bigint;
    begins date;
    days integer;
BEGIN
    IF abs(n) > 1e12 THEN RETURN NULL; END IF;
    m := CAST(extract(year FROM d) AS bigint) * 12 + CAST(extract(month FROM d) AS bigint) - 1
       + CAST(trunc(n * months) AS bigint);
    IF m < 12 OR m >= 120000 THEN RETURN NULL; END IF;
    begins := make_date(CAST(m / 12 AS integer), CAST(mod(m, 12) AS integer) + 1, 1);
    days := extract(day FROM begins + interval '1 month' - interval '1 day');
    RETURN CAST(begins - DATE '1970-01-01'
                + least(CAST(extract(day FROM d) AS integer), days) - 1 AS bigint) * 86400000000
         + (t - CAST(rule_day(t) AS bigint) * 86400000000);
END $$;
CREATE FUNCTION rule_time_text(t bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    us bigint := t - CAST(rule_day(t) AS bigint) * 86400000000;
    rest text := lpad(CAST(mod(us, 1000000) AS text), 6, '0');
BEGIN
    RETURN to_char(DATE '1970-01-01' + rule_day(t), 'YYYY-MM-DD') || 'T'
        || lpad(CAST(us / 3600000000 AS text), 2, '0') || ':'
        || lpad(CAST(mod(us / 60000000, 60) AS text), 2, '0') || ':'
        || lpad(CAST(mod(us / 1000000, 60) AS text), 2, '0')
        || CASE WHEN rest = '000000' THEN '' WHEN right(rest, 3) = '000' THEN '.' || left(rest, 3)
                ELSE '.' || rest END
        || 'Z';
END $$;
-- ISO 8601 as base/when.c reads it.
CREATE FUNCTION rule_time(x text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    p text[] := regexp_match(x, '^([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})'
        '(?:[Tt ](?:([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?'
        '|([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:[.,]([0-9]+))?)?)'
        '(?:[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?$');
    y integer := p[1];
    m integer := p[3];
    d integer := p[4];
    hh integer := coalesce(p[5], p[9], '0');
    mi integer := coalesce(p[6], p[10], '0');
    ss integer := coalesce(p[7], p[11], '0');
    us integer := rpad(left(coalesce(p[8], p[12], '0'), 6), 6, '0');
    away integer := coalesce(p[14], '0');
    away_minute integer := coalesce(p[15], '0');
    t bigint;
BEGIN
    IF p IS NULL OR y < 1 OR m < 1 OR m > 12 OR d < 1 OR hh > 23 OR mi > 59 OR ss > 59
       OR away > 23 OR away_minute > 59 THEN
        RETURN NULL;
    END IF;
    IF d > extract(day FROM make_date(y, m, 1) + interval '1 month' - interval '1 day') THEN
        RETURN NULL;
    END IF;
    t := CAST(make_date(y, m, d) - DATE '1970-01-01' AS bigint) * 86400000000
       + CAST(hh AS bigint) * 3600000000 + CAST(mi AS bigint) * 60000000
       + CAST(ss AS bigint) * 1000000 + us
       - (CASE p[13] WHEN '-' THEN -1 ELSE 1 END)
         * (CAST(away AS bigint) * 3600000000 + CAST(away_minute AS bigint) * 60000000);
    RETURN CASE WHEN t BETWEEN -62135596800000000 AND 253402300799999999 THEN t END;
END $$;
--@end
