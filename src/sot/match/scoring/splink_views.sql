-- key cd1ec81b02d20e5de56c7f86e1d26b26fe1d25afa8fd27a25eba44f02ef4eb79

-- view __splink__df_pruned_predict_input_l_of_rules
create or replace view __splink__df_pruned_predict_input_l_of_rules as select source.*
from (
        select
"uid",
"domain",
"domain_core",
"phone",
"mailbox",
"tax",
"tax_kind",
"registration",
"registration_kind",
"town",
"postcode",
"street",
"house",
"numbers",
"region",
"province",
"country",
"site",
"system",
"valid",
"bare",
"web_name",
"towns",
"once",
"name_kind",
"refers",
"reference",
"domain_spread",
"phone_spread",
"house_spread",
"legal",
"legal_kin",
"legal_foreign",
"town_text",
"street_text",
"match_key",
"tf_domain",
"tf_mailbox",
"tf_phone",
"tf_postcode",
"tf_registration",
"tf_tax",
"tf_town"
        from evidence
        ) as source
semi join candidate_evidence as pairs
on source."uid" = pairs.join_key_l

-- view __splink__df_pruned_predict_input_r_of_rules
create or replace view __splink__df_pruned_predict_input_r_of_rules as select source.*
from (
        select
"uid",
"domain",
"domain_core",
"phone",
"mailbox",
"tax",
"tax_kind",
"registration",
"registration_kind",
"town",
"postcode",
"street",
"house",
"numbers",
"region",
"province",
"country",
"site",
"system",
"valid",
"bare",
"web_name",
"towns",
"once",
"name_kind",
"refers",
"reference",
"domain_spread",
"phone_spread",
"house_spread",
"legal",
"legal_kin",
"legal_foreign",
"town_text",
"street_text",
"match_key",
"tf_domain",
"tf_mailbox",
"tf_phone",
"tf_postcode",
"tf_registration",
"tf_tax",
"tf_town"
        from evidence
        ) as source
semi join candidate_evidence as pairs
on source."uid" = pairs.join_key_r

-- view __splink__df_predict_of_rules
create or replace view __splink__df_predict_of_rules as WITH

__splink__df_pruned_predict_input_with_tf_l as (
    select
    __splink__df_pruned_predict_input_l_of_rules.*
    from __splink__df_pruned_predict_input_l_of_rules
), 

__splink__df_pruned_predict_input_with_tf_r as (
    select
    __splink__df_pruned_predict_input_r_of_rules.*
    from __splink__df_pruned_predict_input_r_of_rules
), 

blocked_with_cols as (
    select
    "l"."uid" AS "uid_l",
    "r"."uid" AS "uid_r",
    "l"."match_key" AS "match_key_l",
    "r"."match_key" AS "match_key_r",
    "l"."tax" AS "tax_l",
    "r"."tax" AS "tax_r",
    "l"."system" AS "system_l",
    "r"."system" AS "system_r",
    "l"."once" AS "once_l",
    "r"."once" AS "once_r",
    "l"."registration" AS "registration_l",
    "r"."registration" AS "registration_r",
    "l"."name_kind" AS "name_kind_l",
    "r"."name_kind" AS "name_kind_r",
    "l"."site" AS "site_l",
    "r"."site" AS "site_r",
    "l"."legal" AS "legal_l",
    "r"."legal" AS "legal_r",
    "l"."legal_kin" AS "legal_kin_l",
    "r"."legal_kin" AS "legal_kin_r",
    "l"."legal_foreign" AS "legal_foreign_l",
    "r"."legal_foreign" AS "legal_foreign_r",
    "l"."domain" AS "domain_l",
    "r"."domain" AS "domain_r",
    "l"."domain_spread" AS "domain_spread_l",
    "r"."domain_spread" AS "domain_spread_r",
    "l"."web_name" AS "web_name_l",
    "r"."web_name" AS "web_name_r",
    "l"."tf_domain" AS "tf_domain_l",
    "r"."tf_domain" AS "tf_domain_r",
    "l"."domain_core" AS "domain_core_l",
    "r"."domain_core" AS "domain_core_r",
    "l"."phone" AS "phone_l",
    "r"."phone" AS "phone_r",
    "l"."house" AS "house_l",
    "r"."house" AS "house_r",
    "l"."tf_phone" AS "tf_phone_l",
    "r"."tf_phone" AS "tf_phone_r",
    "l"."street" AS "street_l",
    "r"."street" AS "street_r",
    "l"."phone_spread" AS "phone_spread_l",
    "r"."phone_spread" AS "phone_spread_r",
    "l"."mailbox" AS "mailbox_l",
    "r"."mailbox" AS "mailbox_r",
    "l"."tf_mailbox" AS "tf_mailbox_l",
    "r"."tf_mailbox" AS "tf_mailbox_r",
    "l"."tax_kind" AS "tax_kind_l",
    "r"."tax_kind" AS "tax_kind_r",
    "l"."registration_kind" AS "registration_kind_l",
    "r"."registration_kind" AS "registration_kind_r",
    "l"."tf_tax" AS "tf_tax_l",
    "r"."tf_tax" AS "tf_tax_r",
    "l"."valid" AS "valid_l",
    "r"."valid" AS "valid_r",
    "l"."tf_registration" AS "tf_registration_l",
    "r"."tf_registration" AS "tf_registration_r",
    "l"."refers" AS "refers_l",
    "r"."refers" AS "refers_r",
    "l"."reference" AS "reference_l",
    "r"."reference" AS "reference_r",
    "l"."bare" AS "bare_l",
    "r"."bare" AS "bare_r",
    "l"."towns" AS "towns_l",
    "r"."towns" AS "towns_r",
    "l"."postcode" AS "postcode_l",
    "r"."postcode" AS "postcode_r",
    "l"."house_spread" AS "house_spread_l",
    "r"."house_spread" AS "house_spread_r",
    "l"."town" AS "town_l",
    "r"."town" AS "town_r",
    "l"."street_text" AS "street_text_l",
    "r"."street_text" AS "street_text_r",
    "l"."numbers" AS "numbers_l",
    "r"."numbers" AS "numbers_r",
    "l"."tf_postcode" AS "tf_postcode_l",
    "r"."tf_postcode" AS "tf_postcode_r",
    "l"."region" AS "region_l",
    "r"."region" AS "region_r",
    "l"."tf_town" AS "tf_town_l",
    "r"."tf_town" AS "tf_town_r",
    "l"."country" AS "country_l",
    "r"."country" AS "country_r",
    "l"."town_text" AS "town_text_l",
    "r"."town_text" AS "town_text_r",
    "l"."province" AS "province_l",
    "r"."province" AS "province_r",
    b.match_key
    from candidate_evidence as b
    inner join __splink__df_pruned_predict_input_with_tf_l as l
    on l."uid" = b.join_key_l
    inner join __splink__df_pruned_predict_input_with_tf_r as r
    on r."uid" = b.join_key_r
), 

__splink__df_comparison_vectors as (
    select
    "uid_l",
    "uid_r",
    "match_key_l",
    "match_key_r",
    CASE
        WHEN match_key >= 5440 THEN 36
        WHEN match_key >= 5312 THEN 35
        WHEN match_key >= 5184 THEN 34
        WHEN match_key >= 5056 THEN 33
        WHEN match_key >= 4928 THEN 32
        WHEN match_key >= 4800 THEN 31
        WHEN match_key >= 4672 THEN 30
        WHEN match_key >= 4544 THEN 29
        WHEN match_key >= 4416 THEN 28
        WHEN match_key >= 4288 THEN 27
        WHEN match_key >= 4160 THEN 26
        WHEN match_key >= 4032 THEN 25
        WHEN match_key >= 3904 THEN 24
        WHEN match_key >= 3776 THEN 23
        WHEN match_key >= 3648 THEN 22
        WHEN match_key >= 3520 THEN 21
        WHEN match_key >= 3392 THEN 20
        WHEN match_key >= 3264 THEN 19
        WHEN match_key >= 3136 THEN 18
        WHEN match_key >= 3008 THEN 17
        WHEN match_key >= 2880 THEN 16
        WHEN match_key >= 2752 THEN 15
        WHEN match_key >= 2624 THEN 14
        WHEN match_key >= 2496 THEN 13
        WHEN match_key >= 2368 THEN 12
        WHEN match_key >= 2240 THEN 11
        WHEN match_key >= 2112 THEN 10
        WHEN match_key >= 1984 THEN 9
        WHEN match_key >= 1856 THEN 8
        WHEN match_key >= 1728 THEN 7
        WHEN match_key >= 1600 THEN 6
        WHEN match_key >= 1472 THEN 5
        WHEN match_key >= 1344 THEN 4
        WHEN match_key >= 1216 THEN 3
        WHEN match_key >= 1088 THEN 2
        WHEN match_key >= 960 THEN 1
        ELSE 0
    END as gamma_name,
    "tax_l",
    "tax_r",
    "system_l",
    "system_r",
    "once_l",
    "once_r",
    "registration_l",
    "registration_r",
    "name_kind_l",
    "name_kind_r",
    CASE
        WHEN (match_key % 32) = 0 THEN -1
        WHEN (match_key % 32) = 17 and coalesce(system_l <> system_r, false) and not coalesce(tax_l <> tax_r, false) and not coalesce(registration_l <> registration_r, false) and once_l = 1 and once_r = 1 and name_kind_l = 0 THEN 22
        WHEN (match_key % 32) = 17 and coalesce(system_l <> system_r, false) and not coalesce(tax_l <> tax_r, false) and not coalesce(registration_l <> registration_r, false) and once_l = 1 and once_r = 1 and name_kind_l = 1 THEN 21
        WHEN (match_key % 32) = 17 and coalesce(system_l <> system_r, false) and not coalesce(tax_l <> tax_r, false) and not coalesce(registration_l <> registration_r, false) and once_l = 1 and once_r = 1 and name_kind_l = 2 THEN 20
        WHEN (match_key % 32) = 17 THEN 19
        WHEN (match_key % 32) = 16 THEN 18
        WHEN (match_key % 32) = 15 THEN 17
        WHEN (match_key % 32) = 13 and coalesce(system_l <> system_r, false) THEN 16
        WHEN (match_key % 32) = 14 or (match_key % 32) = 13 THEN 15
        WHEN (match_key % 32) = 12 THEN 14
        WHEN (match_key % 32) = 11 THEN 13
        WHEN (match_key % 32) = 19 THEN 12
        WHEN (match_key % 32) = 8 THEN 11
        WHEN (match_key % 32) = 9 THEN 10
        WHEN (match_key % 32) = 4 THEN 9
        WHEN (match_key % 32) = 10 THEN 8
        WHEN (match_key % 32) = 7 THEN 7
        WHEN (match_key % 32) = 6 THEN 6
        WHEN (match_key % 32) = 2 THEN 5
        WHEN ((match_key % 32) = 5 or (match_key % 32) = 3) and match_key < 2048 THEN 4
        WHEN (match_key % 32) = 18 THEN 3
        WHEN (match_key % 32) = 3 THEN 2
        WHEN (match_key % 32) = 5 THEN 1
        ELSE 0
    END as gamma_name_form,
    "site_l",
    "site_r",
    CASE
        WHEN not (site_l is not null and site_r is not null) THEN -1
        WHEN coalesce(site_l = site_r, false) THEN 1
        ELSE 0
    END as gamma_site,
    "legal_l",
    "legal_r",
    "legal_kin_l",
    "legal_kin_r",
    "legal_foreign_l",
    "legal_foreign_r",
    CASE
        WHEN not (legal_l is not null and legal_r is not null) THEN -1
        WHEN coalesce(legal_l = legal_r, false) THEN 3
        WHEN contains(legal_kin_l, legal_r) THEN 2
        WHEN contains(legal_foreign_l, legal_r) THEN 1
        ELSE 0
    END as gamma_legal_form,
    "domain_l",
    "domain_r",
    "domain_spread_l",
    "domain_spread_r",
    "web_name_l",
    "web_name_r",
    "domain_core_l",
    "domain_core_r",
    CASE
        WHEN not (domain_l is not null and domain_r is not null) THEN -1
        WHEN coalesce(domain_l = domain_r, false) and match_key >= 3072 and domain_spread_l = 1 THEN 6
        WHEN coalesce(domain_l = domain_r, false) and match_key >= 3072 THEN 5
        WHEN coalesce(domain_l = domain_r, false) and match_key < 2048 and (web_name_l = 1 or web_name_r = 1) and not (legal_l is not null and legal_r is not null) THEN 4
        WHEN coalesce(domain_l = domain_r, false) THEN 3
        WHEN coalesce(domain_core_l = domain_core_r, false) and match_key >= 2560 THEN 2
        WHEN ((match_key % 32) = 15 or (match_key % 32) = 16) and coalesce(domain_l <> domain_r, false) and not coalesce(domain_core_l = domain_core_r, false) and web_name_l = 1 and web_name_r = 1 THEN 1
        ELSE 0
    END as gamma_web,
    "tf_domain_l",
    "tf_domain_r",
    "phone_l",
    "phone_r",
    "house_l",
    "house_r",
    "street_l",
    "street_r",
    "phone_spread_l",
    "phone_spread_r",
    CASE
        WHEN not (phone_l is not null and phone_r is not null) THEN -1
        WHEN coalesce(phone_l = phone_r, false) and coalesce(house_l = house_r, false) and coalesce(street_l = street_r, false) THEN 3
        WHEN coalesce(phone_l = phone_r, false) and phone_spread_l = 1 THEN 2
        WHEN coalesce(phone_l = phone_r, false) THEN 1
        ELSE 0
    END as gamma_phone,
    "tf_phone_l",
    "tf_phone_r",
    "mailbox_l",
    "mailbox_r",
    CASE
        WHEN not (mailbox_l is not null and mailbox_r is not null) THEN -1
        WHEN coalesce(mailbox_l = mailbox_r, false) THEN 2
        WHEN len(legal_l) >= 1 or len(legal_r) >= 1 THEN 1
        ELSE 0
    END as gamma_mailbox,
    "tf_mailbox_l",
    "tf_mailbox_r",
    "tax_kind_l",
    "tax_kind_r",
    "registration_kind_l",
    "registration_kind_r",
    "valid_l",
    "valid_r",
    CASE
        WHEN not (coalesce(tax_l = tax_r, false) or coalesce(registration_l = registration_r, false) or (coalesce(tax_kind_l = tax_kind_r, false) and coalesce(tax_l <> tax_r, false)) or (coalesce(registration_kind_l = registration_kind_r, false) and coalesce(registration_l <> registration_r, false)) or (coalesce(tax_l <> tax_r, false) and not (tax_kind_l is not null and tax_kind_r is not null))) THEN -1
        WHEN coalesce(tax_l = tax_r, false) THEN 4
        WHEN coalesce(tax_kind_l = tax_kind_r, false) and coalesce(tax_l <> tax_r, false) and valid_l = 1 and valid_r = 1 THEN 3
        WHEN coalesce(registration_l = registration_r, false) THEN 2
        WHEN coalesce(registration_kind_l = registration_kind_r, false) and coalesce(registration_l <> registration_r, false) THEN 1
        ELSE 0
    END as gamma_tax_id,
    "tf_tax_l",
    "tf_tax_r",
    "tf_registration_l",
    "tf_registration_r",
    "refers_l",
    "refers_r",
    "reference_l",
    "reference_r",
    CASE
        WHEN not (coalesce(reference_l = reference_r, false) or (coalesce(reference_l <> reference_r, false) and refers_l <> refers_r and refers_l <> 2 and refers_r <> 2)) THEN -1
        WHEN coalesce(reference_l = reference_r, false) and not (((match_key % 32) = 5 or (match_key % 32) = 3) and match_key < 2048) THEN 2
        WHEN coalesce(reference_l = reference_r, false) THEN 1
        ELSE 0
    END as gamma_reference,
    "bare_l",
    "bare_r",
    "towns_l",
    "towns_r",
    CASE
        WHEN not ((match_key % 32) = 17 and coalesce(system_l <> system_r, false) and not coalesce(legal_l <> legal_r, false) and ((bare_l = 1 and bare_r = 0) or (bare_l = 0 and bare_r = 1))) THEN -1
        WHEN once_l = 1 and once_r = 1 and greatest(towns_l, towns_r) <= 1 and name_kind_l <= 1 and (len(legal_l) >= 1 or len(legal_r) >= 1) THEN 3
        WHEN once_l = 0 or once_r = 0 or len(legal_l) >= 1 or len(legal_r) >= 1 THEN 2
        WHEN name_kind_l = 2 THEN 1
        ELSE 0
    END as gamma_mention,
    "postcode_l",
    "postcode_r",
    "house_spread_l",
    "house_spread_r",
    "town_l",
    "town_r",
    "street_text_l",
    "street_text_r",
    "numbers_l",
    "numbers_r",
    "region_l",
    "region_r",
    "country_l",
    "country_r",
    "town_text_l",
    "town_text_r",
    "province_l",
    "province_r",
    CASE
        WHEN house_spread_l = 1 and coalesce(house_l = house_r, false) and coalesce(street_l = street_r, false) and not (coalesce(town_l <> town_r, false) and coalesce(postcode_l <> postcode_r, false)) THEN 30
        WHEN (match_key % 32) = 1 and coalesce(house_l = house_r, false) and (coalesce(postcode_l = postcode_r, false) or (coalesce(street_l = street_r, false) and not (coalesce(town_l <> town_r, false) and coalesce(postcode_l <> postcode_r, false)))) THEN 29
        WHEN ((match_key % 32) = 10 or (match_key % 32) = 11 or (match_key % 32) = 9 or (match_key % 32) = 4) and coalesce(house_l = house_r, false) and (coalesce(postcode_l = postcode_r, false) or (coalesce(street_l = street_r, false) and not (coalesce(town_l <> town_r, false) and coalesce(postcode_l <> postcode_r, false)))) THEN 28
        WHEN coalesce(house_l = house_r, false) and coalesce(street_l = street_r, false) and not (coalesce(town_l <> town_r, false) and coalesce(postcode_l <> postcode_r, false)) THEN 27
        WHEN coalesce(house_l = house_r, false) and coalesce(postcode_l = postcode_r, false) THEN 26
        WHEN coalesce(house_l = house_r, false) and coalesce(town_l = town_r, false) and not coalesce(postcode_l <> postcode_r, false) and jaro_winkler_similarity(street_text_l, street_text_r, 0.9) >= 0.9 THEN 25
        WHEN coalesce(numbers_l = numbers_r, false) and (coalesce(town_l = town_r, false) or coalesce(postcode_l = postcode_r, false)) and not (coalesce(town_l <> town_r, false) and coalesce(postcode_l <> postcode_r, false)) THEN 24
        WHEN coalesce(street_l = street_r, false) and not coalesce(house_l <> house_r, false) and not coalesce(town_l <> town_r, false) and (coalesce(town_l = town_r, false) or coalesce(postcode_l = postcode_r, false)) THEN 23
        WHEN coalesce(street_l = street_r, false) and (coalesce(town_l = town_r, false) or coalesce(postcode_l = postcode_r, false)) and not coalesce(town_l <> town_r, false) THEN 22
        WHEN coalesce(postcode_l = postcode_r, false) and not coalesce(street_l <> street_r, false) and not coalesce(house_l <> house_r, false) THEN 21
        WHEN coalesce(postcode_l = postcode_r, false) and coalesce(phone_l <> phone_r, false) THEN 20
        WHEN coalesce(postcode_l = postcode_r, false) THEN 19
        WHEN coalesce(town_l = town_r, false) and coalesce(region_l <> region_r, false) THEN 18
        WHEN coalesce(town_l = town_r, false) and not coalesce(postcode_l <> postcode_r, false) and not coalesce(street_l <> street_r, false) and not coalesce(house_l <> house_r, false) THEN 17
        WHEN coalesce(town_l = town_r, false) and not coalesce(postcode_l <> postcode_r, false) and not coalesce(phone_l <> phone_r, false) and (match_key % 32) = 17 and once_l = 1 and once_r = 1 and name_kind_l <= 1 THEN 16
        WHEN coalesce(town_l = town_r, false) THEN 15
        WHEN (town_l is not null and town_r is not null) and jaro_winkler_similarity(town_text_l, town_text_r, 0.9) >= 0.93 and not coalesce(country_l <> country_r, false) and not coalesce(region_l <> region_r, false) THEN 14
        WHEN (town_l is not null and town_r is not null) and least(len(town_text_l), len(town_text_r)) >= 5 and not coalesce(country_l <> country_r, false) and not coalesce(region_l <> region_r, false) and (starts_with(town_text_l, town_text_r) or starts_with(town_text_r, town_text_l)) THEN 13
        WHEN (town_l = province_r or town_r = province_l) and not (province_l is not null and province_r is not null) and not coalesce(country_l <> country_r, false) THEN 12
        WHEN coalesce(house_l = house_r, false) and coalesce(street_l = street_r, false) and not coalesce(country_l <> country_r, false) and not coalesce(region_l <> region_r, false) THEN 11
        WHEN coalesce(country_l <> country_r, false) THEN 10
        WHEN coalesce(town_l <> town_r, false) and (match_key % 32) = 17 and not (legal_l is not null and legal_r is not null) and not coalesce(domain_l = domain_r, false) and not coalesce(phone_l = phone_r, false) THEN 9
        WHEN coalesce(town_l <> town_r, false) and coalesce(region_l <> region_r, false) THEN 8
        WHEN coalesce(town_l <> town_r, false) and coalesce(street_l <> street_r, false) THEN 7
        WHEN coalesce(town_l <> town_r, false) THEN 6
        WHEN coalesce(street_l <> street_r, false) or coalesce(house_l <> house_r, false) or coalesce(postcode_l <> postcode_r, false) THEN 5
        WHEN not (town_l is not null and town_r is not null) and ((match_key % 32) = 17 or (match_key % 32) = 16) and greatest(towns_l, towns_r) >= 4 and not (coalesce(phone_l = phone_r, false) and phone_spread_l = 0) and not coalesce(mailbox_l = mailbox_r, false) and not coalesce(tax_l = tax_r, false) and not coalesce(registration_l = registration_r, false) THEN 4
        WHEN not (town_l is not null and town_r is not null) and ((match_key % 32) = 17 or (match_key % 32) = 16) and greatest(towns_l, towns_r) >= 2 and not (coalesce(phone_l = phone_r, false) and phone_spread_l = 0) and not coalesce(mailbox_l = mailbox_r, false) and not coalesce(tax_l = tax_r, false) and not coalesce(registration_l = registration_r, false) THEN 3
        WHEN not (town_l is not null and town_r is not null) and ((match_key % 32) = 17 or (match_key % 32) = 16 or (match_key % 32) = 15) and coalesce(domain_l = domain_r, false) and domain_spread_l = 1 and not (coalesce(phone_l = phone_r, false) and phone_spread_l = 0) and not coalesce(mailbox_l = mailbox_r, false) and not coalesce(tax_l = tax_r, false) and not coalesce(registration_l = registration_r, false) THEN 2
        WHEN not (town_l is not null and town_r is not null) and ((match_key % 32) = 14 or (match_key % 32) = 13) and greatest(towns_l, towns_r) >= 2 THEN 1
        ELSE 0
    END as gamma_place,
    "tf_postcode_l",
    "tf_postcode_r",
    "tf_town_l",
    "tf_town_r",
    match_key
    from blocked_with_cols
), 

__splink__df_match_weight_parts as (
    select
    "uid_l",
    "uid_r",
    "match_key_l",
    "match_key_r",
    gamma_name,
    CASE
        WHEN gamma_name = 36 THEN
            cast(27.0 as float8)
        WHEN gamma_name = 35 THEN
            cast(26.0 as float8)
        WHEN gamma_name = 34 THEN
            cast(25.0 as float8)
        WHEN gamma_name = 33 THEN
            cast(24.0 as float8)
        WHEN gamma_name = 32 THEN
            cast(23.0 as float8)
        WHEN gamma_name = 31 THEN
            cast(22.0 as float8)
        WHEN gamma_name = 30 THEN
            cast(21.0 as float8)
        WHEN gamma_name = 29 THEN
            cast(20.0 as float8)
        WHEN gamma_name = 28 THEN
            cast(19.0 as float8)
        WHEN gamma_name = 27 THEN
            cast(18.0 as float8)
        WHEN gamma_name = 26 THEN
            cast(17.0 as float8)
        WHEN gamma_name = 25 THEN
            cast(16.0 as float8)
        WHEN gamma_name = 24 THEN
            cast(15.0 as float8)
        WHEN gamma_name = 23 THEN
            cast(14.0 as float8)
        WHEN gamma_name = 22 THEN
            cast(13.0 as float8)
        WHEN gamma_name = 21 THEN
            cast(12.0 as float8)
        WHEN gamma_name = 20 THEN
            cast(11.0 as float8)
        WHEN gamma_name = 19 THEN
            cast(10.0 as float8)
        WHEN gamma_name = 18 THEN
            cast(9.0 as float8)
        WHEN gamma_name = 17 THEN
            cast(8.0 as float8)
        WHEN gamma_name = 16 THEN
            cast(7.0 as float8)
        WHEN gamma_name = 15 THEN
            cast(6.0 as float8)
        WHEN gamma_name = 14 THEN
            cast(5.0 as float8)
        WHEN gamma_name = 13 THEN
            cast(4.0 as float8)
        WHEN gamma_name = 12 THEN
            cast(3.0 as float8)
        WHEN gamma_name = 11 THEN
            cast(2.0 as float8)
        WHEN gamma_name = 10 THEN
            cast(1.0 as float8)
        WHEN gamma_name = 9 THEN
            cast(0.0 as float8)
        WHEN gamma_name = 8 THEN
            cast(-1.0 as float8)
        WHEN gamma_name = 7 THEN
            cast(-2.0 as float8)
        WHEN gamma_name = 6 THEN
            cast(-3.0 as float8)
        WHEN gamma_name = 5 THEN
            cast(-4.0 as float8)
        WHEN gamma_name = 4 THEN
            cast(-5.0 as float8)
        WHEN gamma_name = 3 THEN
            cast(-6.0 as float8)
        WHEN gamma_name = 2 THEN
            cast(-7.0 as float8)
        WHEN gamma_name = 1 THEN
            cast(-8.0 as float8)
        WHEN gamma_name = 0 THEN
            cast(-9.0 as float8)
    END as mw_name,
    "tax_l",
    "tax_r",
    "system_l",
    "system_r",
    "once_l",
    "once_r",
    "registration_l",
    "registration_r",
    "name_kind_l",
    "name_kind_r",
    gamma_name_form,
    CASE
        WHEN gamma_name_form = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 22 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 21 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 20 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 19 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 18 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 17 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 16 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 15 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 14 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 13 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 12 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 11 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 10 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 9 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 8 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 7 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 6 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 5 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 4 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 3 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 2 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 1 THEN
            cast(0.0 as float8)
        WHEN gamma_name_form = 0 THEN
            cast(0.0 as float8)
    END as mw_name_form,
    "site_l",
    "site_r",
    gamma_site,
    CASE
        WHEN gamma_site = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_site = 1 THEN
            cast(1.6629650127224291 as float8)
        WHEN gamma_site = 0 THEN
            cast(-3.8073549220576037 as float8)
    END as mw_site,
    "legal_l",
    "legal_r",
    "legal_kin_l",
    "legal_kin_r",
    "legal_foreign_l",
    "legal_foreign_r",
    gamma_legal_form,
    CASE
        WHEN gamma_legal_form = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_legal_form = 3 THEN
            cast(0.3923174227787603 as float8)
        WHEN gamma_legal_form = 2 THEN
            cast(-0.6374299206152919 as float8)
        WHEN gamma_legal_form = 1 THEN
            cast(-3.736965594166206 as float8)
        WHEN gamma_legal_form = 0 THEN
            cast(-2.222392421336448 as float8)
    END as mw_legal_form,
    "domain_l",
    "domain_r",
    "domain_spread_l",
    "domain_spread_r",
    "web_name_l",
    "web_name_r",
    "domain_core_l",
    "domain_core_r",
    gamma_web,
    "tf_domain_l",
    "tf_domain_r",
    CASE
        WHEN gamma_web = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_web = 6 THEN
            cast(7.965784284662087 as float8)
        WHEN gamma_web = 5 THEN
            cast(7.965784284662087 as float8)
        WHEN gamma_web = 4 THEN
            cast(23.019031410574513 as float8)
        WHEN gamma_web = 3 THEN
            cast(14.053247125912426 as float8)
        WHEN gamma_web = 2 THEN
            cast(1.0 as float8)
        WHEN gamma_web = 1 THEN
            cast(-6.459431618637297 as float8)
        WHEN gamma_web = 0 THEN
            cast(-2.0 as float8)
    END as mw_web,
    CASE
        WHEN gamma_web = -1 THEN cast(0 as float8)
        WHEN gamma_web = 6 THEN cast(0 as float8)
        WHEN gamma_web = 5 THEN cast(0 as float8)
        WHEN gamma_web = 4 THEN cast(0 as float8)
        WHEN gamma_web = 3 THEN
            CASE
                WHEN coalesce("tf_domain_l", "tf_domain_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-14.287712379549449 as float8) - log2(greatest(coalesce("tf_domain_l", "tf_domain_r"), coalesce("tf_domain_r", "tf_domain_l"), cast(2.593994140625e-05 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_web = 2 THEN cast(0 as float8)
        WHEN gamma_web = 1 THEN cast(0 as float8)
        WHEN gamma_web = 0 THEN cast(0 as float8)
    END as mw_tf_adj_web,
    "phone_l",
    "phone_r",
    "house_l",
    "house_r",
    "street_l",
    "street_r",
    "phone_spread_l",
    "phone_spread_r",
    gamma_phone,
    "tf_phone_l",
    "tf_phone_r",
    CASE
        WHEN gamma_phone = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_phone = 3 THEN
            cast(10.228818690495881 as float8)
        WHEN gamma_phone = 2 THEN
            cast(13.550746785383243 as float8)
        WHEN gamma_phone = 1 THEN
            cast(13.550746785383243 as float8)
        WHEN gamma_phone = 0 THEN
            cast(-1.074000581443777 as float8)
    END as mw_phone,
    CASE
        WHEN gamma_phone = -1 THEN cast(0 as float8)
        WHEN gamma_phone = 3 THEN
            CASE
                WHEN coalesce("tf_phone_l", "tf_phone_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-10.965784284662087 as float8) - log2(greatest(coalesce("tf_phone_l", "tf_phone_r"), coalesce("tf_phone_r", "tf_phone_l"), cast(0.0005859375 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_phone = 2 THEN
            CASE
                WHEN coalesce("tf_phone_l", "tf_phone_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-14.287712379549449 as float8) - log2(greatest(coalesce("tf_phone_l", "tf_phone_r"), coalesce("tf_phone_r", "tf_phone_l"), cast(0.000146484375 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_phone = 1 THEN
            CASE
                WHEN coalesce("tf_phone_l", "tf_phone_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-14.287712379549449 as float8) - log2(greatest(coalesce("tf_phone_l", "tf_phone_r"), coalesce("tf_phone_r", "tf_phone_l"), cast(1.8310546875e-05 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_phone = 0 THEN cast(0 as float8)
    END as mw_tf_adj_phone,
    "mailbox_l",
    "mailbox_r",
    gamma_mailbox,
    "tf_mailbox_l",
    "tf_mailbox_r",
    CASE
        WHEN gamma_mailbox = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_mailbox = 2 THEN
            cast(11.77313920671969 as float8)
        WHEN gamma_mailbox = 1 THEN
            cast(-0.7369655941662062 as float8)
        WHEN gamma_mailbox = 0 THEN
            cast(-0.7369655941662062 as float8)
    END as mw_mailbox,
    CASE
        WHEN gamma_mailbox = -1 THEN cast(0 as float8)
        WHEN gamma_mailbox = 2 THEN
            CASE
                WHEN coalesce("tf_mailbox_l", "tf_mailbox_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-12.287712379549449 as float8) - log2(greatest(coalesce("tf_mailbox_l", "tf_mailbox_r"), coalesce("tf_mailbox_r", "tf_mailbox_l"), cast(0.0001708984375 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_mailbox = 1 THEN cast(0 as float8)
        WHEN gamma_mailbox = 0 THEN cast(0 as float8)
    END as mw_tf_adj_mailbox,
    "tax_kind_l",
    "tax_kind_r",
    "registration_kind_l",
    "registration_kind_r",
    "valid_l",
    "valid_r",
    gamma_tax_id,
    "tf_tax_l",
    "tf_tax_r",
    "tf_registration_l",
    "tf_registration_r",
    CASE
        WHEN gamma_tax_id = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_tax_id = 4 THEN
            cast(19.842301231227086 as float8)
        WHEN gamma_tax_id = 3 THEN
            cast(-10.813781191217037 as float8)
        WHEN gamma_tax_id = 2 THEN
            cast(19.779565475879124 as float8)
        WHEN gamma_tax_id = 1 THEN
            cast(-10.813781191217037 as float8)
        WHEN gamma_tax_id = 0 THEN
            cast(-4.0 as float8)
    END as mw_tax_id,
    CASE
        WHEN gamma_tax_id = -1 THEN cast(0 as float8)
        WHEN gamma_tax_id = 4 THEN
            CASE
                WHEN coalesce("tf_tax_l", "tf_tax_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-19.931568569324174 as float8) - log2(greatest(coalesce("tf_tax_l", "tf_tax_r"), coalesce("tf_tax_r", "tf_tax_l"), cast(8.96453857421875e-07 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_tax_id = 3 THEN cast(0 as float8)
        WHEN gamma_tax_id = 2 THEN
            CASE
                WHEN coalesce("tf_registration_l", "tf_registration_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-19.931568569324174 as float8) - log2(greatest(coalesce("tf_registration_l", "tf_registration_r"), coalesce("tf_registration_r", "tf_registration_l"), cast(1.71661376953125e-06 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_tax_id = 1 THEN cast(0 as float8)
        WHEN gamma_tax_id = 0 THEN cast(0 as float8)
    END as mw_tf_adj_tax_id,
    "refers_l",
    "refers_r",
    "reference_l",
    "reference_r",
    gamma_reference,
    CASE
        WHEN gamma_reference = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_reference = 2 THEN
            cast(29.382779681156503 as float8)
        WHEN gamma_reference = 1 THEN
            cast(27.89735285398626 as float8)
        WHEN gamma_reference = 0 THEN
            cast(-9.813781191217037 as float8)
    END as mw_reference,
    "bare_l",
    "bare_r",
    "towns_l",
    "towns_r",
    gamma_mention,
    CASE
        WHEN gamma_mention = -1 THEN
            cast(0.0 as float8)
        WHEN gamma_mention = 3 THEN
            cast(1.1699250014423124 as float8)
        WHEN gamma_mention = 2 THEN
            cast(0.0 as float8)
        WHEN gamma_mention = 1 THEN
            cast(0.0 as float8)
        WHEN gamma_mention = 0 THEN
            cast(0.0 as float8)
    END as mw_mention,
    "postcode_l",
    "postcode_r",
    "house_spread_l",
    "house_spread_r",
    "town_l",
    "town_r",
    "street_text_l",
    "street_text_r",
    "numbers_l",
    "numbers_r",
    "region_l",
    "region_r",
    "country_l",
    "country_r",
    "town_text_l",
    "town_text_r",
    "province_l",
    "province_r",
    gamma_place,
    "tf_postcode_l",
    "tf_postcode_r",
    "tf_town_l",
    "tf_town_r",
    CASE
        WHEN gamma_place = 30 THEN
            cast(7.643856189774724 as float8)
        WHEN gamma_place = 29 THEN
            cast(12.965784284662087 as float8)
        WHEN gamma_place = 28 THEN
            cast(12.965784284662087 as float8)
        WHEN gamma_place = 27 THEN
            cast(12.965784284662087 as float8)
        WHEN gamma_place = 26 THEN
            cast(11.287712379549449 as float8)
        WHEN gamma_place = 25 THEN
            cast(9.228818690495881 as float8)
        WHEN gamma_place = 24 THEN
            cast(9.965784284662087 as float8)
        WHEN gamma_place = 23 THEN
            cast(7.965784284662087 as float8)
        WHEN gamma_place = 22 THEN
            cast(6.643856189774724 as float8)
        WHEN gamma_place = 21 THEN
            cast(7.906890595608519 as float8)
        WHEN gamma_place = 20 THEN
            cast(5.643856189774724 as float8)
        WHEN gamma_place = 19 THEN
            cast(5.643856189774724 as float8)
        WHEN gamma_place = 18 THEN
            cast(-2.321928094887362 as float8)
        WHEN gamma_place = 17 THEN
            cast(5.643856189774724 as float8)
        WHEN gamma_place = 16 THEN
            cast(3.0 as float8)
        WHEN gamma_place = 15 THEN
            cast(3.0 as float8)
        WHEN gamma_place = 14 THEN
            cast(4.321928094887363 as float8)
        WHEN gamma_place = 13 THEN
            cast(4.321928094887363 as float8)
        WHEN gamma_place = 12 THEN
            cast(1.584962500721156 as float8)
        WHEN gamma_place = 11 THEN
            cast(4.321928094887363 as float8)
        WHEN gamma_place = 10 THEN
            cast(-8.380821783940931 as float8)
        WHEN gamma_place = 9 THEN
            cast(-7.313707588082393 as float8)
        WHEN gamma_place = 8 THEN
            cast(-7.965784284662087 as float8)
        WHEN gamma_place = 7 THEN
            cast(-6.643856189774724 as float8)
        WHEN gamma_place = 6 THEN
            cast(-5.866248611111173 as float8)
        WHEN gamma_place = 5 THEN
            cast(-2.736965594166206 as float8)
        WHEN gamma_place = 4 THEN
            cast(-2.0 as float8)
        WHEN gamma_place = 3 THEN
            cast(-1.3219280948873624 as float8)
        WHEN gamma_place = 2 THEN
            cast(-2.9068905956085187 as float8)
        WHEN gamma_place = 1 THEN
            cast(-2.643856189774725 as float8)
        WHEN gamma_place = 0 THEN
            cast(0.0 as float8)
    END as mw_place,
    CASE
        WHEN gamma_place = 30 THEN cast(0 as float8)
        WHEN gamma_place = 29 THEN cast(0 as float8)
        WHEN gamma_place = 28 THEN cast(0 as float8)
        WHEN gamma_place = 27 THEN cast(0 as float8)
        WHEN gamma_place = 26 THEN cast(0 as float8)
        WHEN gamma_place = 25 THEN cast(0 as float8)
        WHEN gamma_place = 24 THEN cast(0 as float8)
        WHEN gamma_place = 23 THEN cast(0 as float8)
        WHEN gamma_place = 22 THEN cast(0 as float8)
        WHEN gamma_place = 21 THEN
            CASE
                WHEN coalesce("tf_postcode_l", "tf_postcode_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-10.965784284662087 as float8) - log2(greatest(coalesce("tf_postcode_l", "tf_postcode_r"), coalesce("tf_postcode_r", "tf_postcode_l"), cast(5.859375e-05 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_place = 20 THEN
            CASE
                WHEN coalesce("tf_postcode_l", "tf_postcode_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-10.287712379549449 as float8) - log2(greatest(coalesce("tf_postcode_l", "tf_postcode_r"), coalesce("tf_postcode_r", "tf_postcode_l"), cast(0.0003125 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_place = 19 THEN
            CASE
                WHEN coalesce("tf_postcode_l", "tf_postcode_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-10.287712379549449 as float8) - log2(greatest(coalesce("tf_postcode_l", "tf_postcode_r"), coalesce("tf_postcode_r", "tf_postcode_l"), cast(0.0003125 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_place = 18 THEN cast(0 as float8)
        WHEN gamma_place = 17 THEN
            CASE
                WHEN coalesce("tf_town_l", "tf_town_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-7.965784284662087 as float8) - log2(greatest(coalesce("tf_town_l", "tf_town_r"), coalesce("tf_town_r", "tf_town_l"), cast(0.000390625 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_place = 16 THEN
            CASE
                WHEN coalesce("tf_town_l", "tf_town_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-6.643856189774724 as float8) - log2(greatest(coalesce("tf_town_l", "tf_town_r"), coalesce("tf_town_r", "tf_town_l"), cast(0.005 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_place = 15 THEN
            CASE
                WHEN coalesce("tf_town_l", "tf_town_r") is not null THEN
                    cast(1.0 as float8) * (
                        cast(-6.643856189774724 as float8) - log2(greatest(coalesce("tf_town_l", "tf_town_r"), coalesce("tf_town_r", "tf_town_l"), cast(0.005 as float8)))
                    )
                ELSE cast(0 as float8)
            END
        WHEN gamma_place = 14 THEN cast(0 as float8)
        WHEN gamma_place = 13 THEN cast(0 as float8)
        WHEN gamma_place = 12 THEN cast(0 as float8)
        WHEN gamma_place = 11 THEN cast(0 as float8)
        WHEN gamma_place = 10 THEN cast(0 as float8)
        WHEN gamma_place = 9 THEN cast(0 as float8)
        WHEN gamma_place = 8 THEN cast(0 as float8)
        WHEN gamma_place = 7 THEN cast(0 as float8)
        WHEN gamma_place = 6 THEN cast(0 as float8)
        WHEN gamma_place = 5 THEN cast(0 as float8)
        WHEN gamma_place = 4 THEN cast(0 as float8)
        WHEN gamma_place = 3 THEN cast(0 as float8)
        WHEN gamma_place = 2 THEN cast(0 as float8)
        WHEN gamma_place = 1 THEN cast(0 as float8)
        WHEN gamma_place = 0 THEN cast(0 as float8)
    END as mw_tf_adj_place,
    match_key
    from __splink__df_comparison_vectors
)
select
cast(0.0 as float8) + mw_name + mw_name_form + mw_site + mw_legal_form + mw_web + mw_tf_adj_web + mw_phone + mw_tf_adj_phone + mw_mailbox + mw_tf_adj_mailbox + mw_tax_id + mw_tf_adj_tax_id + mw_reference + mw_mention + mw_place + mw_tf_adj_place as match_weight,
CASE
        WHEN (cast(0.0 as float8) + mw_name + mw_name_form + mw_site + mw_legal_form + mw_web + mw_tf_adj_web + mw_phone + mw_tf_adj_phone + mw_mailbox + mw_tf_adj_mailbox + mw_tax_id + mw_tf_adj_tax_id + mw_reference + mw_mention + mw_place + mw_tf_adj_place) >= 0 THEN
            1.0 / (1.0 + POWER(cast(2 as float8), -(cast(0.0 as float8) + mw_name + mw_name_form + mw_site + mw_legal_form + mw_web + mw_tf_adj_web + mw_phone + mw_tf_adj_phone + mw_mailbox + mw_tf_adj_mailbox + mw_tax_id + mw_tf_adj_tax_id + mw_reference + mw_mention + mw_place + mw_tf_adj_place)))
        ELSE
            POWER(cast(2 as float8), (cast(0.0 as float8) + mw_name + mw_name_form + mw_site + mw_legal_form + mw_web + mw_tf_adj_web + mw_phone + mw_tf_adj_phone + mw_mailbox + mw_tf_adj_mailbox + mw_tax_id + mw_tf_adj_tax_id + mw_reference + mw_mention + mw_place + mw_tf_adj_place)) /
            (1.0 + POWER(cast(2 as float8), (cast(0.0 as float8) + mw_name + mw_name_form + mw_site + mw_legal_form + mw_web + mw_tf_adj_web + mw_phone + mw_tf_adj_phone + mw_mailbox + mw_tf_adj_mailbox + mw_tax_id + mw_tf_adj_tax_id + mw_reference + mw_mention + mw_place + mw_tf_adj_place)))
    END as match_probability,
"uid_l",
"uid_r",
"match_key_l",
"match_key_r",
gamma_name,
mw_name,
"tax_l",
"tax_r",
"system_l",
"system_r",
"once_l",
"once_r",
"registration_l",
"registration_r",
"name_kind_l",
"name_kind_r",
gamma_name_form,
mw_name_form,
"site_l",
"site_r",
gamma_site,
mw_site,
"legal_l",
"legal_r",
"legal_kin_l",
"legal_kin_r",
"legal_foreign_l",
"legal_foreign_r",
gamma_legal_form,
mw_legal_form,
"domain_l",
"domain_r",
"domain_spread_l",
"domain_spread_r",
"web_name_l",
"web_name_r",
"domain_core_l",
"domain_core_r",
gamma_web,
"tf_domain_l",
"tf_domain_r",
mw_web,
mw_tf_adj_web,
"phone_l",
"phone_r",
"house_l",
"house_r",
"street_l",
"street_r",
"phone_spread_l",
"phone_spread_r",
gamma_phone,
"tf_phone_l",
"tf_phone_r",
mw_phone,
mw_tf_adj_phone,
"mailbox_l",
"mailbox_r",
gamma_mailbox,
"tf_mailbox_l",
"tf_mailbox_r",
mw_mailbox,
mw_tf_adj_mailbox,
"tax_kind_l",
"tax_kind_r",
"registration_kind_l",
"registration_kind_r",
"valid_l",
"valid_r",
gamma_tax_id,
"tf_tax_l",
"tf_tax_r",
"tf_registration_l",
"tf_registration_r",
mw_tax_id,
mw_tf_adj_tax_id,
"refers_l",
"refers_r",
"reference_l",
"reference_r",
gamma_reference,
mw_reference,
"bare_l",
"bare_r",
"towns_l",
"towns_r",
gamma_mention,
mw_mention,
"postcode_l",
"postcode_r",
"house_spread_l",
"house_spread_r",
"town_l",
"town_r",
"street_text_l",
"street_text_r",
"numbers_l",
"numbers_r",
"region_l",
"region_r",
"country_l",
"country_r",
"town_text_l",
"town_text_r",
"province_l",
"province_r",
gamma_place,
"tf_postcode_l",
"tf_postcode_r",
"tf_town_l",
"tf_town_r",
mw_place,
mw_tf_adj_place,
match_key
from __splink__df_match_weight_parts
