# ruff: noqa: E501, SIM905, T201 - a table with a script around it, run by hand
"""Write rules/naming/countries.yaml from the country names of CLDR (by way of babel, a build-time tool only).

Use: `pip install babel`, then `python docs/rules/build_countries.py > rules/naming/countries.yaml`.
CLDR is under the Unicode licence v3 (free to use). Spellings that people use and CLDR lacks are in EXTRA below.
"""

import unicodedata

from babel import Locale

LANGUAGES = (
    "en de fr es pt it nl da sv nb fi is pl cs sk hu ro bg hr sl sr ru uk el tr he ar fa hi zh zh_Hant ja ko vi th id ms "
    "et lv lt ca eu gl ga cy"
).split()

ISO3 = """ABW AW AFG AF AGO AO AIA AI ALA AX ALB AL AND AD ARE AE ARG AR ARM AM ASM AS ATA AQ ATF TF ATG AG AUS AU AUT AT
AZE AZ BDI BI BEL BE BEN BJ BES BQ BFA BF BGD BD BGR BG BHR BH BHS BS BIH BA BLM BL BLR BY BLZ BZ BMU BM BOL BO BRA BR
BRB BB BRN BN BTN BT BVT BV BWA BW CAF CF CAN CA CCK CC CHE CH CHL CL CHN CN CIV CI CMR CM COD CD COG CG COK CK COL CO
COM KM CPV CV CRI CR CUB CU CUW CW CXR CX CYM KY CYP CY CZE CZ DEU DE DJI DJ DMA DM DNK DK DOM DO DZA DZ ECU EC EGY EG
ERI ER ESH EH ESP ES EST EE ETH ET FIN FI FJI FJ FLK FK FRA FR FRO FO FSM FM GAB GA GBR GB GEO GE GGY GG GHA GH GIB GI
GIN GN GLP GP GMB GM GNB GW GNQ GQ GRC GR GRD GD GRL GL GTM GT GUF GF GUM GU GUY GY HKG HK HND HN HRV HR HTI HT HUN HU
IDN ID IMN IM IND IN IOT IO IRL IE IRN IR IRQ IQ ISL IS ISR IL ITA IT JAM JM JEY JE JOR JO JPN JP KAZ KZ KEN KE KGZ KG
KHM KH KIR KI KNA KN KOR KR KWT KW LAO LA LBN LB LBR LR LBY LY LCA LC LIE LI LKA LK LSO LS LTU LT LUX LU LVA LV MAC MO
MAF MF MAR MA MCO MC MDA MD MDG MG MDV MV MEX MX MHL MH MKD MK MLI ML MLT MT MMR MM MNE ME MNG MN MNP MP MOZ MZ MRT MR
MSR MS MTQ MQ MUS MU MWI MW MYS MY MYT YT NAM NA NCL NC NER NE NFK NF NGA NG NIC NI NIU NU NLD NL NOR NO NPL NP NRU NR
NZL NZ OMN OM PAK PK PAN PA PCN PN PER PE PHL PH PLW PW PNG PG POL PL PRI PR PRK KP PRT PT PRY PY PSE PS PYF PF QAT QA
REU RE ROU RO RUS RU RWA RW SAU SA SDN SD SEN SN SGP SG SHN SH SJM SJ SLB SB SLE SL SLV SV SMR SM SOM SO SPM PM SRB RS
SSD SS STP ST SUR SR SVK SK SVN SI SWE SE SWZ SZ SXM SX SYC SC SYR SY TCA TC TCD TD TGO TG THA TH TJK TJ TKL TK TKM TM
TLS TL TON TO TTO TT TUN TN TUR TR TUV TV TWN TW TZA TZ UGA UG UKR UA UMI UM URY UY USA US UZB UZ VAT VA VCT VC VEN VE
VGB VG VIR VI VNM VN VUT VU WLF WF WSM WS XKX XK YEM YE ZAF ZA ZMB ZM ZWE ZW""".split()

EXTRA = {
    "US": "U S A|U S|United States of America|The United States|Estados Unidos de America|US of A|Etats Unis|EEUU|E E U U|EUA|"
    "Vereinigte Staaten von Amerika|U S of A|Untied States|Unted States|United State|America|Stati Uniti d'America|VSA|VS",
    "GB": "UK|U K|England|Scotland|Wales|Northern Ireland|Great Britain|Britain|G B|United Kingdom of Great Britain and Northern "
    "Ireland|Grossbritannien|Großbritannien|Grande Bretagne|Gran Bretaña|Gran Bretagna|Groot Brittannie|Inglaterra|Angleterre|"
    "Schottland|UK GB|GB UK|Storbritannien|Vereinigtes Konigreich|XI|GB ENG|GB SCT|GB WLS|GB NIR|Untied Kingdom",
    "DE": "D|BRD|Federal Republic of Germany|Bundesrepublik Deutschland|Germany Federal Republic of|FRG|Duitsland|Allemagne",
    "FR": "F|French Republic|Republique Francaise|France Metropolitaine",
    "AT": "Oesterreich|Republik Österreich",
    "CH": "Swiss|Swiss Confederation|Confoederatio Helvetica",
    "NL": "Holland|The Netherlands|Netherland|Hollande|Holanda|Kingdom of the Netherlands|Les Pays Bas",
    "BE": "B|Belgie Belgique|Kingdom of Belgium",
    "IT": "I|Italian Republic|Repubblica Italiana",
    "ES": "E|Kingdom of Spain|Reino de España",
    "IE": "Eire|Republic of Ireland|Irish Republic|Ireland Republic of|ROI|Southern Ireland",
    "CZ": "Czech Republic|Tschechische Republik|Republique Tcheque|Ceska republika|Republica Checa|Cesko",
    "SK": "Slovak Republic|Slowakische Republik|Slovenska republika",
    "RU": "Russian Federation|Russische Foderation|Federation de Russie|Rossiya|Российская Федерация",
    "KR": "Korea|Korea Republic of|Republic of Korea|Korea South|S Korea|South Korea|ROK|Korea (South)|Republik Korea|Südkorea|Korea Rep",
    "KP": "Korea Democratic Peoples Republic of|DPRK|Democratic Peoples Republic of Korea|Korea North|North Korea",
    "CN": "P R China|PR China|PRC|Peoples Republic of China|People s Republic of China|China PR|Mainland China|Peoples Rep of China|"
    "VR China|China Peoples Republic|中华人民共和国|中國",
    "TW": "Taiwan ROC|Republic of China|Taiwan Province of China|Taiwan R O C|Chinese Taipei|Taiwan Republic of China",
    "HK": "Hong Kong|Hong Kong SAR|Hong Kong SAR China|HongKong|Hong Kong S A R|Hong Kong China|HKSAR|H K|Hongkong",
    "MO": "Macau|Macao|Macau SAR|Macao SAR China|Macao SAR",
    "VN": "Viet Nam|Socialist Republic of Vietnam",
    "AE": "UAE|U A E|Emirates|United Arab Emirate|Dubai UAE|VAE|EAU",
    "SA": "KSA|K S A|Kingdom of Saudi Arabia|Saudi",
    "TR": "Turkey|Turkiye|Republic of Turkey|Turkei",
    "BR": "Brasil|Brazil|Federative Republic of Brazil",
    "MX": "Mejico|Mexico|United Mexican States|Estados Unidos Mexicanos",
    "IR": "Iran Islamic Republic of|Islamic Republic of Iran|Iran",
    "SY": "Syrian Arab Republic",
    "VE": "Venezuela Bolivarian Republic of|Bolivarian Republic of Venezuela",
    "BO": "Bolivia Plurinational State of|Plurinational State of Bolivia",
    "TZ": "Tanzania United Republic of|United Republic of Tanzania",
    "MD": "Moldova Republic of|Republic of Moldova",
    "MK": "Macedonia|FYROM|Former Yugoslav Republic of Macedonia|Macedonia the former Yugoslav Republic of|Republic of North Macedonia",
    "LA": "Laos|Lao PDR|Lao Peoples Democratic Republic|Lao People s Democratic Republic",
    "CD": "DRC|DR Congo|Congo the Democratic Republic of the|Democratic Republic of the Congo|Congo Kinshasa|Zaire|"
    "Congo Democratic Republic of the|Congo DR|Congo Dem Rep",
    "CG": "Congo|Republic of the Congo|Congo Brazzaville|Congo Rep",
    "CI": "Ivory Coast|Cote d Ivoire|Cote dIvoire|Côte d'Ivoire",
    "SZ": "Swaziland|Eswatini",
    "MM": "Burma|Myanmar",
    "CV": "Cape Verde|Cabo Verde",
    "TL": "East Timor|Timor Leste",
    "PS": "Palestine|Palestinian Territory|Palestine State of|State of Palestine|Palestinian Territory Occupied",
    "BN": "Brunei|Brunei Darussalam",
    "GR": "Hellas|Hellenic Republic|EL|Greece",
    "ZA": "RSA|R S A|South Africa|Republic of South Africa|S Africa",
    "NZ": "N Z|Aotearoa",
    "AU": "Commonwealth of Australia|Aust|AUS",
    "CA": "Dominion of Canada|Can",
    "PH": "Philippines|The Philippines|Phillipines|Philipines|Republic of the Philippines",
    "SG": "Republic of Singapore|S pore|Singapur",
    "ID": "Republic of Indonesia",
    "IN": "Bharat|Republic of India",
    "BA": "Bosnia|Bosnia and Herzegovina|Bosnia Herzegovina|BiH",
    "RS": "Republic of Serbia|Srbija",
    "XK": "Kosovo|Republic of Kosovo",
    "LU": "L|Grand Duchy of Luxembourg|Luxemburg",
    "NO": "N|Kingdom of Norway|Norge|Noreg",
    "SE": "S|Kingdom of Sweden|Sverige",
    "DK": "Kingdom of Denmark|Danmark",
    "FI": "FIN|Republic of Finland|Suomi",
    "BS": "Bahamas|The Bahamas",
    "GM": "Gambia|The Gambia",
    "VG": "British Virgin Islands|BVI|Virgin Islands British|B V I",
    "VI": "US Virgin Islands|USVI|Virgin Islands U S|Virgin Islands US",
    "KY": "Cayman Islands|Cayman|Caymans|Grand Cayman",
    "IM": "Isle of Man|Man Isle of|IOM",
    "VA": "Vatican|Holy See|Vatican City|Holy See (Vatican City State)",
    "GE": "Republic of Georgia",
    "KG": "Kyrgyz Republic",
    "FM": "Micronesia|Micronesia Federated States of",
    "ST": "Sao Tome and Principe",
    "TT": "Trinidad|Trinidad and Tobago|Trinidad Tobago",
    "DO": "Dominican Republic|Republica Dominicana|Rep Dominicana",
    "PL": "Republic of Poland",
    "PT": "P|Portuguese Republic",
    "HU": "H|Republic of Hungary",
    "JP": "Nippon|Nihon",
}  # fmt: skip
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


def main() -> None:
    """Print the table: for each country its names in the languages above, each once, in lines of at most 160 characters."""
    names: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES:
                names.setdefault(code, set()).add(unicodedata.normalize("NFC", name))
    for three, two in zip(ISO3[::2], ISO3[1::2], strict=True):
        names[two].add(three)
    for code, extra in EXTRA.items():
        names[code] |= set(extra.split("|"))
    print(
        "# Names of countries in 40 languages (CLDR, Unicode licence v3), ISO 3166-1 alpha-3 codes and what else people write."
    )
    print(
        "# Made by docs/rules/build_countries.py; keys are ISO 3166-1 alpha-2. Compared folded, so case and dots don't matter."
    )
    for code in sorted(names):
        line = f"'{code}': ["
        for name in sorted(names[code] - {code}):
            item = "'" + name.replace("'", "''") + "',"
            if len(line) + 1 + len(item) > 160:
                print(line)
                line = " "
            line += item if line.endswith("[") else f" {item}"
        print(line.removesuffix(",") + "]")


if __name__ == "__main__":
    main()
